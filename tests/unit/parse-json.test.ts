import { expect, test } from "vitest";
import { parseJson } from "../../src/parse-json.ts";

const nested = (depth: number) => `${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`;

test("what is nested deeper than can be walked is no JSON", () => {
  expect(parseJson(nested(1000))).toBeDefined();
  for (const depth of [1002, 200_000]) expect(parseJson(nested(depth))).toBeUndefined();
});

test("brackets in a text nest nothing", () => {
  const text = `\\"${"[{".repeat(5000)}\\`;
  expect(parseJson(JSON.stringify({ [text]: [text] }))).toEqual({ [text]: [text] });
});

test("brackets beside each other nest nothing", () => {
  expect(parseJson(`[${"[],".repeat(5000)}[]]`)).toHaveLength(5001);
});
