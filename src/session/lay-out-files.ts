import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Lab } from "../lab/schema.ts";
import { filesOf, isFolder } from "./work-folder.ts";

export interface LaidOut {
  /** Where they are: `<cwd>/containers`. */
  readonly folder: string;
  /** Files that were not as the lab has them and now are, relative to the folder. */
  readonly overwritten: readonly string[];
}

export interface LayOutOptions {
  readonly cwd: string;
  /** Writes over what the student has changed. */
  readonly force: boolean;
}

/** Puts the lab's files/ below the current folder; what is there already stays. Undefined for a lab without files. */
export async function layOutFiles(lab: Lab, { cwd, force }: LayOutOptions): Promise<LaidOut | undefined> {
  const folder = studentFolder(lab, cwd);
  if (!(await isFolder(filesOf(lab)))) return undefined;
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
export async function laidOutFolder(lab: Lab, cwd: string): Promise<string | undefined> {
  return (await isFolder(filesOf(lab))) ? studentFolder(lab, cwd) : undefined;
}

function studentFolder({ id }: Lab, cwd: string): string {
  return join(cwd, id);
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
