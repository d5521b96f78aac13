/** Labs, charts and images are files and folders alone: a link would have labctl read or write somewhere else. */
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { mebibyte } from "./bounded.ts";
import { LabDefinitionError, type LabProblem } from "./errors.ts";

/** What `lstat` and `readdir` tell of something without following it. */
export interface Standing {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/**
 * All that is neither a file nor a folder, at a path and below it; nothing is followed, and nothing found where nothing
 * is.
 * @param place how problems call the path: `images/nginx-1.22.1`.
 * @param except names of folders that are not looked into.
 */
export async function findNotPlain(
  path: string,
  place: string,
  except: readonly string[] = [],
): Promise<readonly LabProblem[]> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return [];
  if (!found.isDirectory()) return [await problemOf(path, place, found)];
  const entries = await readdir(path, { withFileTypes: true });
  const suspects = entries.filter((entry) => !entry.isFile() && !isExcepted(entry, except));
  const names = suspects.map(({ name }) => name).sort();
  const below = names.map((name) => findNotPlain(join(path, name), `${place}/${shown(name)}`, except));
  return (await Promise.all(below)).flat();
}

/** @throws LabDefinitionError with all of `findNotPlain`. */
export async function requirePlain(path: string, place: string, except?: readonly string[]): Promise<void> {
  const problems = await findNotPlain(path, place, except);
  if (problems.length > 0) throw new LabDefinitionError(problems);
}

/** What somebody writes by hand; a hundred times a long lab. */
const maxTextBytes = 4 * mebibyte;

/**
 * The text of a file that labs, charts or images are made of.
 * @param place how problems call the file: `03-web/lab.yaml`.
 * @throws LabDefinitionError where it cannot be read, or is more than anybody writes.
 */
export async function readPlainText(path: string, place: string): Promise<string> {
  try {
    const { size } = await lstat(path);
    if (size <= maxTextBytes) return await readFile(path, "utf8");
  } catch (error) {
    throw new LabDefinitionError([{ file: place, message: `it cannot be read: ${String(error)}` }]);
  }
  const message = `it is larger than the ${String(maxTextBytes / mebibyte)} MiB that labctl reads`;
  throw new LabDefinitionError([{ file: place, message }]);
}

/** `a link to "/etc"`, `a named pipe`. */
export async function describeStanding(path: string, found: Standing): Promise<string> {
  if (found.isSymbolicLink()) return `a link to ${JSON.stringify(await readlink(path))}`;
  if (found.isFile()) return "a file";
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a named pipe";
  return found.isSocket() ? "a socket" : "a device";
}

function isExcepted(entry: Standing & { readonly name: string }, except: readonly string[]): boolean {
  return entry.isDirectory() && except.includes(entry.name);
}

async function problemOf(path: string, place: string, found: Standing): Promise<LabProblem> {
  const what = await describeStanding(path, found);
  const instead = found.isSymbolicLink() ? "put the file itself there" : "only files and folders may be here";
  return { file: place, message: `it is ${what}: ${instead}` };
}

/** A name may hold sequences that a terminal obeys. */
function shown(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, "?");
}
