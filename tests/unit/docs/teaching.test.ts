import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { discoverLabs } from "../../../src/lab/discover.ts";
import { numberOf } from "../../../src/lab/lab-names.ts";
import { loadCases } from "../../../src/lab/load.ts";
import type { Lab } from "../../../src/lab/schema.ts";
import { rowsOf, sectionOf } from "../../support/doc-pages.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const page = readFileSync(join(project, "docs/teaching.md"), "utf8");
let labs: readonly Lab[] = [];

/** `| 01 \`stopped\` | \`container-ended\`: _what labctl says_ | what to say |` */
const mistakes = rowsOf(sectionOf(page, "## Typical mistakes")).map(([which = "", said = ""]) => ({
  number: Number(which.slice(0, 2)),
  name: /`([^`]+)`/.exec(which)?.[1] ?? "",
  reason: /^`([^`]+)`/.exec(said)?.[1] ?? "",
  words: /: _(.+)_$/.exec(said)?.[1],
}));

beforeAll(async () => {
  ({ labs } = await discoverLabs(project));
});

describe("docs/teaching.md", () => {
  test("has for each lab mistakes that its cases have, refused for that reason", async () => {
    const wrong: string[] = [];
    for (const lab of labs) {
      const number = numberOf(lab.folder);
      const cases = await loadCases(lab);
      const told = mistakes.filter((each) => each.number === number);
      if (told.length < 2) wrong.push(`lab ${number}: ${told.length} mistakes`);
      for (const { name, reason } of told) {
        const found = cases.find((each) => each.name === name);
        if (found?.expect !== "failed" || found.reason !== reason)
          wrong.push(`lab ${number}, ${name}: ${reason}, and its case ${found?.reason ?? "is not there"}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("quotes no words that no check says", () => {
    const sayings = globSync(["src/**/*.ts", "labs/*/checks/*.py"], { cwd: project }).flatMap((file) =>
      sayingsOf(readFileSync(join(project, file), "utf8")),
    );
    const quoted = mistakes.flatMap(({ words }) => words ?? []);
    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.filter((words) => !sayings.some((each) => each.test(words)))).toEqual([]);
  });

  test("explains every lab, with its solution and something to ask", () => {
    const explained = [...sectionOf(page, "## Lab by lab").matchAll(/^### (\d\d) (\S+)$/gm)];
    expect(explained.map(([, number, id]) => `${number}-${id}`)).toEqual(
      labs.map(({ folder }) => folder.slice(folder.lastIndexOf("/") + 1)),
    );
    for (const [heading, number, id] of explained) {
      const text = sectionOf(page, heading);
      expect(text).toContain(`../labs/${number}-${id}/solution`);
      expect(text).toContain("**Ask:**");
    }
  });

  test("says how long the slow exercises take, as lab.yaml does", () => {
    const told = rowsOf(sectionOf(page, "## While they work"));
    expect(told.length).toBeGreaterThan(4);
    for (const [which = "", times = ""] of told) {
      const lab = labs.find(({ folder }) => folder.endsWith(`/${which.replace(" ", "-")}`));
      const there = lab?.exercises.flatMap(({ id, takes }) =>
        takes === undefined ? [] : [`${id} ${takes}`],
      );
      expect({ which, times }).toEqual({ which, times: there?.join(", ") });
    }
  });
});

/** The sentences among a program's strings, with anything where something is put in. */
function sayingsOf(source: string): readonly RegExp[] {
  const strings = [...source.matchAll(/`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)].map(
    ([, template, plain]) => template ?? plain ?? "",
  );
  const fixed = strings
    .map((text) => text.split(/\$?\{[^}]*\}/))
    .filter((parts) => parts.join("").length >= 18);
  return fixed.map((parts) => new RegExp(`^${parts.map((part) => escaped(part)).join(".*")}`));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
