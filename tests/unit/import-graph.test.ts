import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/** Packages that take long to load; commands load them when they need them. */
const heavy = [
  "@kubernetes/client-node",
  "dockerode",
  "zod",
  "@marcbachmann/cel-js",
  "listr2",
  "tar-stream",
  "yaml",
];

/** The packages that a file imports statically, itself or through others of src/. Types cost nothing. */
async function packagesOf(file: string, seen = new Set<string>()): Promise<Set<string>> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = await readFile(file, "utf8");
  const imports = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;"]*?from\s+)?"([^"]+)"/gm);
  for (const [, name = ""] of imports) {
    if (name.endsWith(".json")) continue;
    if (!name.startsWith(".")) packages.add(name);
    else for (const each of await packagesOf(join(dirname(file), name), seen)) packages.add(each);
  }
  return packages;
}

test("--help and completion load no heavy module", async () => {
  const packages = await packagesOf(join(import.meta.dirname, "..", "..", "src", "bin.ts"));
  expect(packages).toContain("yargs");
  expect([...packages].filter((name) => heavy.includes(name))).toEqual([]);
});
