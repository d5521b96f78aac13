import { expect, test } from "vitest";
import { briefly, matches } from "../../src/briefly.ts";

test("a work is done, and its own errors are told as they are", () => {
  expect(briefly("It", () => briefly("It", () => 1) + 1)).toBe(2);
  const trouble = new TypeError("broken");
  expect(() =>
    briefly("It", () => {
      throw trouble;
    }),
  ).toThrow(trouble);
  expect(matches(/^a+$/u, "aaa")).toBe(true);
});

test("a regular expression that never ends is ended", () => {
  const text = `${"a".repeat(40)}!`;
  expect(() => briefly("The regular expression", () => /^(a+)+$/u.test(text), 50)).toThrow(
    "The regular expression did not come to an end within 0.05 s.",
  );
});

test("so is what catches whatever it runs into", () => {
  const stubborn = () => {
    for (;;) {
      try {
        for (;;) Math.random();
      } catch {
        continue;
      }
    }
  };
  expect(() => briefly("It", stubborn, 50)).toThrow("It did not come to an end");
});
