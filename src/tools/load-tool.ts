import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { z } from "zod";
import { LabDefinitionError, UsageError } from "../errors.ts";
import { goModProblems } from "../images/sources/go-mod.ts";
import { requirePlain } from "../plain-files.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import { toolSchema } from "./tool.ts";

/** What `tools/<name>/tool.yaml` says. */
export interface Tool extends Omit<z.infer<typeof toolSchema>["go"], "module"> {
  /** Absolute path of the folder with go.mod. */
  readonly module: string;
}

/**
 * @param project the folder with tools/.
 * @throws UsageError for an unknown name.
 * @throws LabDefinitionError for a file that is not as it should be, and for links in the tool's folder or module.
 */
export async function loadTool(project: string, name: string): Promise<Tool> {
  const file = join("tools", name, "tool.yaml");
  await requirePlain(join(project, dirname(file)), dirname(file));
  const text = await readFile(join(project, file), "utf8").catch(() => undefined);
  if (text === undefined) throw unknownTool(name, file);
  const parsed = parseYaml(toolSchema, text, file);
  if (!parsed.ok) throw new LabDefinitionError(parsed.problems);
  const { go } = parsed.value;
  const module = join(project, dirname(file), go.module);
  await requireSound(module, relative(project, module));
  return { ...go, module };
}

async function requireSound(module: string, place: string): Promise<void> {
  await requirePlain(module, place);
  const problems = goModProblems(await readFile(join(module, "go.mod"), "utf8"), join(place, "go.mod"));
  if (problems.length > 0) throw new LabDefinitionError(problems);
}

function unknownTool(name: string, file: string): UsageError {
  return new UsageError({
    message: `labctl knows no tool "${name}".`,
    lastSeen: `there is no ${file}`,
    hint: "The folders of tools/ are the tools that it can build.",
  });
}
