import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const project = join(import.meta.dirname, "..", "..", "..");

test("the page on the architecture tells of every room, in the order that lint holds", async () => {
  const [law, page] = await Promise.all(
    ["eslint.config.js", "docs/architecture.md"].map((file) => readFile(join(project, file), "utf8")),
  );
  const rooms = names(/^ {2}(\w+): /gm, between(law, "const rooms = {", "\n};"));
  const told = names(/^\| `?([a-z]+)`? +\|/gm, between(page, "## The rooms of", "## From a command"));
  expect(rooms).toContain("kube");
  expect(told.filter((name) => name !== "room")).toEqual(rooms);
});

function between(text = "", begin: string, end: string): string {
  const from = text.indexOf(begin);
  return text.slice(from, text.indexOf(end, from));
}

function names(pattern: RegExp, text: string): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}
