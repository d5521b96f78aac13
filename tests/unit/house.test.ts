import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "..", "..", "src");
const files = globSync("**/*.*", { cwd: source, exclude: ["**/__pycache__/**"] });

const lines = files.flatMap((file) =>
  readFileSync(join(source, file), "utf8")
    .split("\n")
    .map((text, index) => ({ file, place: `${file}:${index + 1}`, text })),
);

/** Where a pattern is found, as `file:line: text`. */
function found(pattern: RegExp, among = lines): readonly string[] {
  return among.filter(({ text }) => pattern.test(text)).map(({ place, text }) => `${place}: ${text.trim()}`);
}

/** A word by itself, in the plural, or as a part of a name: `vote`, `votes`, `castVotes`, `vote-pages`. */
function word(text: string): RegExp {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return new RegExp(`(?<![a-zA-Z])${text}s?(?![a-z])|${capital}s?(?![a-z])|${text.toUpperCase()}`);
}

/** What only a lab's own folder knows; names of charts, images and hosts of labs hold these words, too. */
const applications = [
  ...["dask", "jupyter", "jupyterlab", "hub", "daskhub", "jupyterhub", "notebook"],
  ...["vote", "voter", "voting", "iris", "model", "prediction"],
];

test.each(applications)("no file of src names what is of one lab's application: %s", (name) => {
  const names = [...files.filter((file) => word(name).test(file)), ...found(word(name))];
  // The registry that container engines ask where an image names none.
  expect(names.filter((each) => !each.includes("Docker Hub"))).toEqual([]);
});

test("no Python stands in a TypeScript string", () => {
  const typescript = lines.filter(({ file }) => file.endsWith(".ts"));
  const python =
    /^\s*(?:def|class) \w+\(.*\):$|^\s*from [\w.]+ import \w|^\s*import \w+(?:, \w+)*$|\bprint\(|\belif\b|python3?", ?"-c"/;
  expect(found(python, typescript)).toEqual([]);
});
