import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
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

const source = join(import.meta.dirname, "..", "..", "src");

interface Loaded {
  /** Of src/, relative to it. */
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** What files import statically, themselves or through others of src/. Types cost nothing. */
async function loadedBy(...entries: readonly string[]): Promise<Loaded> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    const name = relative(source, file);
    if (files.has(name)) return;
    files.add(name);
    const text = await readFile(file, "utf8");
    const imports = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;"]*?from\s+)?"([^"]+)"/gm);
    for (const [, specifier = ""] of imports) {
      if (specifier.endsWith(".json")) continue;
      if (specifier.startsWith(".")) await visit(join(dirname(file), specifier));
      else packages.add(specifier);
    }
  };
  for (const entry of entries) await visit(join(source, entry));
  return { files, packages };
}

test("--help and completion load no heavy module", async () => {
  const { packages } = await loadedBy("bin.ts");
  expect(packages).toContain("yargs");
  expect([...packages].filter((name) => heavy.includes(name))).toEqual([]);
});

test("list, show and lint load what stands in lab.yaml, and nothing that looks at a cluster", async () => {
  const { files } = await loadedBy(
    ...["lab/discover.ts", "lab/find-lab.ts", "lab/load.ts"],
    ...["manifests/load-manifests.ts", "session/lay-out-files.ts"],
  );
  const specs = [...files].filter((file) => file.startsWith("checks") && file.endsWith("-spec.ts"));
  expect(specs).toContain(join("checks", "workloads", "workload-spec.ts"));
  const observers = specs.map((file) => file.replace(/-spec\.ts$/, ".ts"));
  expect(observers.filter((file) => files.has(file))).toEqual([]);
  const rooms = new Set([...files].map((file) => file.split(sep)[0]));
  expect(["diagnosis", "probe", "helm", "browser", "registry"].filter((room) => rooms.has(room))).toEqual([]);
});
