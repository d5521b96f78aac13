import { basename, join } from "node:path";
import { LabDefinitionError, type LabProblem } from "../errors.ts";
import { exists } from "../exists.ts";
import { readPlainText } from "../plain-files.ts";
import type { Lab } from "./schema.ts";
import { parseText, type FileBlock, type TextPart } from "./text-parts.ts";

/**
 * What is marked in the lab's README, in its order; nothing where it has no marks. What the text leaves gaps in is
 * there as the solution has it, where the lab has one.
 * @throws LabDefinitionError with every problem of the marks.
 */
export async function loadText(lab: Lab): Promise<readonly TextPart[]> {
  const path = join(lab.folder, "README.md");
  if (!(await exists(path))) return [];
  const file = `${basename(lab.folder)}/README.md`;
  const exercises = lab.exercises.map(({ id }) => id);
  const { parts, problems } = parseText(await readPlainText(path, file), { file, exercises });
  if (problems.length > 0) throw new LabDefinitionError(problems);
  const solution = join(lab.folder, "solution");
  if (!(await exists(solution))) return parts;
  const gaps = parts.filter((part): part is FileBlock => part.kind === "file" && part.gaps);
  const there = await Promise.all(gaps.map((part) => exists(join(solution, part.path))));
  const missing = gaps.filter((_, index) => there[index] !== true);
  if (missing.length > 0) throw new LabDefinitionError(missing.map((part) => missingFile(part, file)));
  return Promise.all(
    parts.map(async (part) =>
      part.kind === "file" && part.gaps ? { ...part, content: await solved(part, lab) } : part,
    ),
  );
}

function missingFile({ line, path }: FileBlock, file: string): LabProblem {
  return { file, line, message: `it has gaps, and solution/ has no file ${path} to fill them` };
}

function solved({ path }: FileBlock, { folder }: Lab): Promise<string> {
  return readPlainText(join(folder, "solution", path), `${basename(folder)}/solution/${path}`);
}
