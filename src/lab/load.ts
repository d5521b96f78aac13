import { readdir } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { LabDefinitionError, type LabProblem } from "../errors.ts";
import { exists } from "../exists.ts";
import { findNotPlain, readPlainText } from "../plain-files.ts";
import { objectProblems } from "./lab-objects.ts";
import { loadManifest, loadManifests } from "../manifests/load-manifests.ts";
import type { KubeObject } from "../kube/objects.ts";
import { parseLab, type KnownParts } from "./parse.ts";
import type { Parsed } from "../yaml/parse-yaml.ts";
import type { Lab } from "./schema.ts";
import { appliedFiles, stepProblems } from "./step-problems.ts";
import { parseSolution, type StepGroup } from "./solution-schema.ts";
import { parseCase, parseSteps, type CaseFile, type LabStep } from "./steps-schema.ts";

export type LoadedLab =
  { readonly ok: true; readonly lab: Lab } | { readonly ok: false; readonly problems: readonly LabProblem[] };

/** Reads `<folder>/lab.yaml`. The folder is `NN-<id>`, and all that is in it files and folders. */
export async function loadLab(folder: string, known: KnownParts): Promise<LoadedLab> {
  const notPlain = await findNotPlain(folder, basename(folder));
  if (notPlain.length > 0) return { ok: false, problems: notPlain };
  const path = join(folder, "lab.yaml");
  const file = placeOf(path, folder);
  const text = await readPlainText(path, file).catch(problemsOf);
  if (typeof text !== "string") return { ok: false, problems: text };
  const parsed = parseLab(text, { file, known });
  if (!parsed.ok) return parsed;
  const id = basename(folder).replace(/^\d+-/, "");
  if (parsed.lab.id !== id) {
    const problem = { file, message: `the id is ${parsed.lab.id}, but the folder is ${basename(folder)}` };
    return { ok: false, problems: [problem] };
  }
  return { ok: true, lab: { ...parsed.lab, folder } };
}

/** One lab that cannot be read keeps nobody from the others. */
function problemsOf(error: unknown): readonly LabProblem[] {
  if (error instanceof LabDefinitionError) return error.problems;
  throw error;
}

/** Steps with the folder that the files they name are in. */
export interface StepList {
  readonly folder: string;
  readonly steps: readonly LabStep[];
}

/** All steps of a solution in their order, and the groups that they are in. */
export interface Solution extends StepList {
  readonly groups: readonly StepGroup[];
}

/** A case of the lab: `cases/<name>/case.yaml`. */
export interface LabCase extends CaseFile {
  readonly name: string;
  readonly folder: string;
}

/** Reads `solution/steps.yaml`; undefined in a student's pack, which has none. @throws LabDefinitionError */
export async function loadSolution(lab: Lab): Promise<Solution | undefined> {
  const { exercises } = lab;
  const read = await readSteps(lab, "solution", (text, file) => parseSolution(text, { file, exercises }));
  if (!read) return undefined;
  const { folder, file, value: groups } = read;
  const steps = groups.flatMap((group) => group.steps);
  await requireFiles(lab, { folder, steps }, file);
  return { folder, steps, groups };
}

/** The objects of `start/`, for lint and for start alike. @throws LabDefinitionError */
export async function loadStartObjects(lab: Lab): Promise<readonly KubeObject[]> {
  const folder = join(lab.folder, "start");
  const objects = await loadManifests(folder);
  const file = `${placeOf(folder, lab.folder)}/`;
  const problems = objectProblems(lab, objects).map((message) => ({ file, message }));
  if (problems.length > 0) throw new LabDefinitionError(problems);
  return objects;
}

/** Reads `start/steps.yaml`: what is done after the manifests of start/; most labs have none. @throws LabDefinitionError */
export async function loadStartSteps(lab: Lab): Promise<StepList | undefined> {
  const read = await readSteps(lab, "start", parseSteps);
  if (!read) return undefined;
  const { folder, file, value: steps } = read;
  await requireFiles(lab, { folder, steps }, file);
  return { folder, steps };
}

async function readSteps<T>(
  lab: Lab,
  part: "solution" | "start",
  parse: (text: string, file: string) => Parsed<T>,
) {
  const path = join(lab.folder, part, "steps.yaml");
  if (!(await exists(path))) return undefined;
  const file = placeOf(path, lab.folder);
  return { folder: dirname(path), file, value: accept(parse(await readPlainText(path, file), file)) };
}

/** Reads all cases, in the order of their names. @throws LabDefinitionError with the problems of the first broken one. */
export async function loadCases(lab: Lab): Promise<readonly LabCase[]> {
  const root = join(lab.folder, "cases");
  if (!(await exists(root))) return [];
  const names = (await readdir(root)).sort();
  return Promise.all(names.map((name) => loadCase(lab, join(root, name))));
}

async function loadCase(lab: Lab, folder: string): Promise<LabCase> {
  const path = join(folder, "case.yaml");
  const file = placeOf(path, lab.folder);
  if (!(await exists(path))) throw new LabDefinitionError([{ file, message: "a case needs a case.yaml" }]);
  const parsed = accept(parseCase(await readPlainText(path, file), file));
  const ids = lab.exercises.map(({ id }) => id);
  const unknown = Object.keys(parsed.exercises).filter((id) => !ids.includes(id));
  if (unknown.length > 0) {
    throw new LabDefinitionError(
      unknown.map((id) => ({ file, message: `exercises: the lab has no exercise ${id}` })),
    );
  }
  await requireFiles(lab, { folder, steps: parsed.steps }, file);
  return { ...parsed, name: basename(folder), folder };
}

async function requireFiles(lab: Lab, { folder, steps }: StepList, file: string): Promise<void> {
  const beyond = steps.flatMap((step) => stepProblems(lab, step)).map((message) => ({ file, message }));
  if (beyond.length > 0) throw new LabDefinitionError(beyond);
  const named = steps.flatMap(appliedFiles);
  const outside = named.filter((name) => isAbsolute(name) || leadsOut(lab.folder, join(folder, name)));
  if (outside.length > 0) {
    throw new LabDefinitionError(
      outside.map((name) => ({
        file,
        message: `apply: ${name} is not a path to a file of this lab: name one beside the steps`,
      })),
    );
  }
  const there = await Promise.all(named.map((name) => exists(join(folder, name))));
  const missing = named.filter((_, index) => !there[index]);
  if (missing.length > 0) {
    throw new LabDefinitionError(
      missing.map((name) => ({ file, message: `apply: there is no file ${name}` })),
    );
  }
  const found = await Promise.all(named.map((name) => objectsProblems(lab, join(folder, name))));
  const problems = found.flat();
  if (problems.length > 0) throw new LabDefinitionError(problems);
}

function leadsOut(folder: string, path: string): boolean {
  return relative(folder, path).split("/")[0] === "..";
}

async function objectsProblems(lab: Lab, path: string): Promise<readonly LabProblem[]> {
  const file = placeOf(path, lab.folder);
  return objectProblems(lab, await loadManifest(path)).map((message) => ({ file, message }));
}

function accept<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new LabDefinitionError(parsed.problems);
}

function placeOf(path: string, labFolder: string): string {
  return relative(dirname(labFolder), path);
}
