/**
 * `node scripts/generate.ts` writes the pages that derive from the source; with `--check` it writes nothing, names
 * what is stale, and ends with 1.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkKinds } from "../src/checks/index.ts";
import { commands } from "../src/commands/index.ts";
import { LabDefinitionError } from "../src/errors.ts";
import { discoverLabs } from "../src/lab/discover.ts";
import { labJsonSchema } from "../src/lab/schema.ts";
import { renderChecksPage } from "./pages/checks-page.ts";
import { renderCliPage } from "./pages/cli-page.ts";
import { withMinutes } from "./pages/course-page.ts";
import { renderLabsPage } from "./pages/labs-page.ts";

const project = dirname(import.meta.dirname);
const { labs, problems } = await discoverLabs(project);
if (problems.length > 0) throw new LabDefinitionError(problems);

const pages: Readonly<Record<string, string>> = {
  "docs/cli.md": renderCliPage(commands),
  "docs/checks.md": renderChecksPage(checkKinds),
  "docs/course.md": withMinutes(await readFile(join(project, "docs/course.md"), "utf8"), labs),
  "labs/README.md": renderLabsPage(labs),
  "schemas/lab.schema.json": `${JSON.stringify(labJsonSchema(), undefined, 2)}\n`,
};

if (process.argv.includes("--check")) await check();
else await write();

async function check(): Promise<void> {
  const texts = await Promise.all(
    Object.keys(pages).map((path) => readFile(join(project, path), "utf8").catch(() => undefined)),
  );
  const stale = Object.entries(pages).filter(([, page], index) => page !== texts[index]);
  if (stale.length === 0) return;
  process.stderr.write(`Stale: ${stale.map(([path]) => path).join(", ")}\nRun: make generate\n`);
  process.exitCode = 1;
}

async function write(): Promise<void> {
  for (const [path, page] of Object.entries(pages)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), page);
    process.stdout.write(`${path}\n`);
  }
}
