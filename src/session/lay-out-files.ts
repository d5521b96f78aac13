import { constants } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import type { Places } from "../places.ts";
import { EnvironmentError, UsageError } from "../errors.ts";
import { exists } from "../exists.ts";
import type { Lab } from "../lab/schema.ts";
import { requirePlain } from "../plain-files.ts";
import { findObstacle, type Obstacle } from "./obstacle.ts";
import { filesOf, isFolder } from "./work-folder.ts";

export interface LaidOut {
  /** Where they are: `~/labctl-labs/containers`. */
  readonly folder: string;
  /** Files that were not as the lab has them and now are, relative to the folder. */
  readonly overwritten: readonly string[];
}

export interface LayOutOptions {
  readonly places: Pick<Places, "labFiles" | "project">;
  /** Writes over what the student has changed. */
  readonly force: boolean;
}

/**
 * Puts the lab's files/ into the student's folder of the lab; what is there already stays. Undefined for a lab without
 * files.
 * @throws UsageError where that folder would be one of labctl's own.
 * @throws EnvironmentError where a file would be written through a link or over what is no file; nothing is written then.
 * @throws LabDefinitionError for a link and the like in the lab's own files.
 */
export async function layOutFiles(lab: Lab, { places, force }: LayOutOptions): Promise<LaidOut | undefined> {
  if (!(await isFolder(filesOf(lab)))) return undefined;
  const folder = studentFolder(lab, places.labFiles);
  requireForeign(folder, places);
  await requirePlain(filesOf(lab), `${basename(lab.folder)}/files`);
  const files = await listFiles(filesOf(lab));
  const kept = force ? [] : await Promise.all(files.map((file) => exists(join(folder, file))));
  const wanted = files.filter((_, index) => kept[index] !== true);
  await requireWay(lab, folder, wanted);
  const overwritten: string[] = [];
  for (const file of wanted) {
    const [given, own] = await Promise.all([
      readFile(join(filesOf(lab), file)),
      readIfThere(join(folder, file)),
    ]);
    if (own?.equals(given)) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), given, { flag: writeHere });
    if (own) overwritten.push(file);
  }
  return { folder, overwritten };
}

/** As "w", but not through a link that came to stand there a moment ago. */
const writeHere = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

async function requireWay({ id }: Lab, folder: string, files: readonly string[]): Promise<void> {
  const found = await Promise.all(files.map((file) => findObstacle(folder, file)));
  const places = new Map(found.flatMap((each) => (each ? [[each.path, each]] : [])));
  if (places.size > 0) throw inTheWay(id, [...places.values()]);
}

function inTheWay(id: string, obstacles: readonly Obstacle[]): EnvironmentError {
  return new EnvironmentError({
    message: `The files of lab ${id} are not laid out: none is written through a link, or over what is no file.`,
    lastSeen: obstacles.map(({ path, what }) => `${path} is ${what}`).join("\n"),
    hint: `Move that out of the way, then run: labctl start ${id}`,
  });
}

/**
 * The student's folder of the lab, made where there is none yet: a lab's shell begins in it.
 * @throws UsageError where it would be one of labctl's own.
 */
export async function ensureStudentFolder(lab: Lab, places: LayOutOptions["places"]): Promise<string> {
  const folder = studentFolder(lab, places.labFiles);
  requireForeign(folder, places);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Where a lab's files are laid out; undefined for a lab that has none. */
export async function laidOutFolder(lab: Lab, labFiles: string): Promise<string | undefined> {
  return (await isFolder(filesOf(lab))) ? studentFolder(lab, labFiles) : undefined;
}

function studentFolder({ id }: Lab, labFiles: string): string {
  return join(labFiles, id);
}

function requireForeign(folder: string, { project, labFiles }: LayOutOptions["places"]): void {
  const fromProject = relative(project, folder);
  if (fromProject.startsWith("..") || isAbsolute(fromProject)) return;
  throw new UsageError({
    message: "A lab's files are not put into labctl's own folder.",
    lastSeen: `LABCTL_FILES is ${labFiles}, which is inside ${project}`,
    hint: "Name another folder: LABCTL_FILES=~/labctl-labs labctl start <lab>",
  });
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
