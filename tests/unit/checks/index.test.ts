import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkKinds } from "../../../src/checks/index.ts";
import { discoverLabs } from "../../../src/labs/discover.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const kinds = checkKinds.map(({ kind }) => kind as string);

describe("the table of checks", () => {
  it("holds every file of src/checks", () => {
    const files = readdirSync(join(project, "src/checks")).filter((name) => name.endsWith(".ts"));
    const named = files
      .map((name) => name.replace(/\.ts$/, ""))
      .filter((name) => !["check", "index"].includes(name));
    expect(named.sort()).toEqual([...kinds].sort());
  });

  it.each(kinds)("%s has a unit test", (kind) => {
    expect(existsSync(join(import.meta.dirname, `${kind}.test.ts`))).toBe(true);
  });

  it("is used by the labs, every kind of it", async () => {
    const { labs, problems } = await discoverLabs(project);
    expect(problems).toEqual([]);
    const used = new Set(
      labs.flatMap(({ exercises }) => exercises.flatMap(({ checks }) => checks.map(({ kind }) => kind))),
    );
    expect([...used].sort()).toEqual([...kinds].sort());
  });

  it.each([...checkKinds])("$kind is told in one sentence", ({ summary }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
  });
});
