import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkKinds } from "../../../src/checks/index.ts";
import { discoverLabs } from "../../../src/lab/discover.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const checks = join(project, "src/checks");
/** Files that define a kind of check, below src/checks. */
const files = globSync("**/*.ts", { cwd: checks }).filter((file) =>
  /^export const \w+ = defineCheck\(/m.test(readFileSync(join(checks, file), "utf8")),
);
const kindOf = (file: string): string => basename(file, ".ts").replace(/-spec$/, "");
const kinds = checkKinds.map(({ kind }) => kind as string);

describe("the table of checks", () => {
  it("holds every kind of src/checks, each in a file of its name", () => {
    expect(files.map(kindOf).sort()).toEqual([...kinds].sort());
  });

  it.each(files)("%s has a unit test", (file) => {
    const name = `${kindOf(file)}.test.ts`;
    expect(existsSync(join(import.meta.dirname, dirname(file), name))).toBe(true);
  });

  it("is used by the labs, those of tests/fixtures among them, every kind of it", async () => {
    const catalogues = await Promise.all([
      discoverLabs(project),
      discoverLabs(project, join(project, "tests/fixtures/labs")),
    ]);
    expect(catalogues.flatMap(({ problems }) => problems)).toEqual([]);
    const labs = catalogues.flatMap((catalogue) => catalogue.labs);
    const used = new Set(
      labs.flatMap(({ exercises }) => exercises.flatMap(({ checks }) => checks.map(({ kind }) => kind))),
    );
    expect([...used].sort()).toEqual([...kinds].sort());
  });

  it.each([...checkKinds])("$kind is told in one sentence", ({ summary }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
  });
});
