import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";

/** SHA-256, in hex, of a value's JSON; the order of an object's keys counts. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/**
 * SHA-256 of every file below a folder: path, whether it is executable, content. Installed modules are left out.
 * @param except names of files at the folder's top that do not count.
 */
export async function digestOfFolder(folder: string, except: readonly string[] = []): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split("/").includes("node_modules") && !except.includes(path))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(folder, file);
    const [content, { mode }] = await Promise.all([readFile(path), stat(path)]);
    hash.update(JSON.stringify([file, isExecutable(mode), content.length]));
    hash.update(content);
  }
  return hash.digest("hex");
}

export function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0;
}
