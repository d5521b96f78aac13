/** What is wrong with a lab's programs that its schema cannot tell: files, images, and what is given to them. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { briefly } from "../briefly.ts";
import { programsIn } from "../checks/index.ts";
import { programFile, type ProgramSpec } from "../programs/program-fields.ts";
import type { LabProblem } from "../errors.ts";
import { exists } from "../exists.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import { labFile, type Lab } from "./schema.ts";

/** An image of images/: the name of its folder, and where the lab registry has it (`nginx:1.22.1`). */
interface KnownImage {
  readonly name: string;
  readonly repository?: string | undefined;
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** All programs of all exercises, wherever they stand in a check. @param images all that there are. */
export async function lintPrograms(lab: Lab, images: readonly KnownImage[]): Promise<readonly LabProblem[]> {
  const pushed = images.filter(({ name }) => lab.needs.images.includes(name));
  const repositories = pushed.flatMap(({ repository }) => repository ?? []);
  const programs = lab.exercises.flatMap(({ checks }, exercise) =>
    checks.flatMap((check, index) =>
      programsIn(check).map(({ path, value }) => ({
        path: ["exercises", exercise, "checks", index, ...path],
        value,
      })),
    ),
  );
  const problems = await Promise.all(
    programs.map(async ({ path, value }) => {
      const found = [...imageProblems(value, repositories), ...(await fileProblems(value, lab.folder))];
      return found.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
    }),
  );
  return locate(lab, problems.flat());
}

async function locate(lab: Lab, problems: readonly Problem[]): Promise<readonly LabProblem[]> {
  if (problems.length === 0) return [];
  const file = `${basename(lab.folder)}/lab.yaml`;
  const parsed = parseYaml(labFile, await readFile(join(lab.folder, "lab.yaml"), "utf8"), file);
  return problems.map(({ path, message }) => {
    const line = parsed.ok ? parsed.lineOf(path) : undefined;
    return { file, ...(line === undefined ? {} : { line }), message };
  });
}

function imageProblems({ image }: ProgramSpec, repositories: readonly string[]): readonly Problem[] {
  const repository = image.slice(image.indexOf("/") + 1);
  if (repositories.includes(repository)) return [];
  const message = `image: none of needs.images is pushed as ${image}, in which the program is to run`;
  return [{ path: ["image"], message }];
}

async function fileProblems(program: ProgramSpec, folder: string): Promise<readonly Problem[]> {
  const file = programFile(program);
  if (!(await exists(join(folder, file))))
    return [{ path: ["run"], message: `run: there is no file ${file}` }];
  const schemaFile = file.replace(/\.[^./]+$/, ".schema.json");
  const text = await readFile(join(folder, schemaFile), "utf8").catch(() => undefined);
  return text === undefined ? [] : inputProblems(program, { file: schemaFile, text });
}

function inputProblems(
  { with: given }: ProgramSpec,
  { file, text }: { readonly file: string; readonly text: string },
): readonly Problem[] {
  const schema = readSchema(text);
  if (typeof schema === "string") return [{ path: ["run"], message: `${file}: ${schema}` }];
  const issues = issuesOf(schema, given);
  if (typeof issues === "string") return [{ path: ["run"], message: `${file}: ${issues}` }];
  return issues.map(({ path, message }) => ({
    path: ["with", ...path],
    message: `${["with", ...path].map(String).join(".")}: ${message} (${file})`,
  }));
}

/** What the schema has against it, or why nobody can tell: one that names itself for ever. */
function issuesOf(schema: z.ZodType, given: unknown): readonly z.core.$ZodIssue[] | string {
  try {
    return briefly("The schema", () => schema.safeParse(given).error?.issues ?? []);
  } catch (error) {
    return `it is no JSON schema: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A JSON schema, or why it is none. */
function readSchema(text: string): z.ZodType | string {
  try {
    const json = z.record(z.string(), z.json()).parse(JSON.parse(text));
    return briefly("The schema", () => z.fromJSONSchema(json));
  } catch (error) {
    return `it is no JSON schema: ${error instanceof Error ? error.message : String(error)}`;
  }
}
