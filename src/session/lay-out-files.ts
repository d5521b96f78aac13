import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { Places } from "../places.ts";
import { UsageError } from "../errors.ts";
import type { Lab } from "../lab/schema.ts";
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
 */
export async function layOutFiles(lab: Lab, { places, force }: LayOutOptions): Promise<LaidOut | undefined> {
  if (!(await isFolder(filesOf(lab)))) return undefined;
  const folder = studentFolder(lab, places.labFiles);
  requireForeign(folder, places);
  const overwritten: string[] = [];
  for (const file of await listFiles(filesOf(lab))) {
    const [given, own] = await Promise.all([
      readFile(join(filesOf(lab), file)),
      readIfThere(join(folder, file)),
    ]);
    if (own && (!force || own.equals(given))) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), given);
    if (own) overwritten.push(file);
  }
  return { folder, overwritten };
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
