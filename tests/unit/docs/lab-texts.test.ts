import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { discoverLabs } from "../../../src/lab/discover.ts";
import { numberOf } from "../../../src/lab/lab-names.ts";

const { labs } = await discoverLabs(join(import.meta.dirname, "..", "..", ".."));

const sections = [
  "What you will be able to do",
  "What you need to know",
  "Tasks",
  "When it does not work",
  "What you have seen",
  "Back to the lecture",
  "Read on",
];

/** Labs whose text has been written in these sections. */
const written = labs
  .map((lab) => ({ ...lab, text: readFileSync(join(lab.folder, "README.md"), "utf8") }))
  .filter(({ text }) => text.includes("\n## What you have seen\n"));

describe.each(written)("the text of lab $id", ({ title, minutes, after, exercises, text }) => {
  test("begins with its title and a question of the lecture", () => {
    expect(text.split("\n")[0]).toBe(`# ${title}`);
    expect(text.split("\n")[2]).toMatch(/^_.+[?.]_?/);
  });

  test("has the sections in their order", () => {
    expect(headings(text, "## ")).toEqual(sections);
  });

  test("has a task for each exercise, in their order", () => {
    const tasks = headings(text, "### ").filter((each) => /^\d+\. /.test(each));
    const wanted = exercises.map((exercise, index) => `${index + 1}. ${exercise.id}: ${exercise.title}`);
    expect(tasks.map((each) => each.toLowerCase())).toEqual(wanted.map((each) => each.toLowerCase()));
  });

  test("says how long it takes and what comes before, as lab.yaml does", () => {
    const said = /^About (\d+) minutes\.([\s\S]*?)\n\n/m.exec(text);
    expect(Number(said?.[1])).toBe(minutes);
    const before = [...(said?.[2] ?? "").matchAll(/\blabs? (\d\d), ([a-z-]+)/g)].map(
      ([, number, id]) => `${number} ${id}`,
    );
    expect(before.sort()).toEqual(after.map(numbered).sort());
  });
});

test("some texts have been written in these sections", () => {
  expect(written).not.toEqual([]);
});

/** `11 helm`. */
function numbered(id: string): string {
  const folder = labs.find((each) => each.id === id)?.folder ?? "";
  return `${String(numberOf(folder)).padStart(2, "0")} ${id}`;
}

/** Headings of one level, without lines of code that look like them. */
function headings(text: string, mark: string): readonly string[] {
  const lines = text.replaceAll(/^```.*?^```$/gms, "").split("\n");
  return lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
}
