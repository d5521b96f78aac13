import { cp, mkdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { requirePlain } from "../plain-files.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../temporary-folder.ts";
import type { Lab } from "../lab/schema.ts";

/**
 * A temporary copy of the lab's files/ with those of a solution or a case on top: what a student's folder looks like
 * after it was worked in. Nobody's own folder is touched.
 * @throws LabDefinitionError for a link and the like in either: docker and helm would follow it.
 */
export async function createWorkFolder(lab: Pick<Lab, "folder">, own: string): Promise<TemporaryFolder> {
  const given = filesOf(lab);
  for (const path of [given, own]) await requirePlain(path, relative(dirname(lab.folder), path));
  const folder = await createTemporaryFolder("work");
  if (await isFolder(given)) await cp(given, folder.path, { recursive: true });
  await cp(own, folder.path, { recursive: true });
  return folder;
}

export interface StudentHome extends TemporaryFolder {
  /** Where all labs have their files: `LABCTL_FILES`. */
  readonly labFiles: string;
  /** Where this lab has its own: `~/labctl-labs/containers`, empty for a lab without files. */
  readonly work: string;
}

/**
 * A temporary home folder with the lab's files, where `labctl start` puts them in one's own.
 * @throws LabDefinitionError for a link and the like in them.
 */
export async function createStudentHome(lab: Pick<Lab, "folder" | "id">): Promise<StudentHome> {
  const given = filesOf(lab);
  await requirePlain(given, relative(dirname(lab.folder), given));
  const home = await createTemporaryFolder("home");
  const labFiles = join(home.path, "labctl-labs");
  const work = join(labFiles, lab.id);
  await mkdir(work, { recursive: true });
  if (await isFolder(given)) await cp(given, work, { recursive: true });
  return { ...home, labFiles, work };
}

/** The folder of what is laid out for the student. */
export function filesOf({ folder }: Pick<Lab, "folder">): string {
  return join(folder, "files");
}

export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
