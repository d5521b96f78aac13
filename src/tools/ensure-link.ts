import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname } from "node:path";

/** A link is renamed into its place, so that a program is never missing for one that starts it meanwhile. */
export async function ensureLink(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === target) return;
  await mkdir(dirname(path), { recursive: true });
  await rm(`${path}.partial`, { force: true });
  await symlink(target, `${path}.partial`);
  await rename(`${path}.partial`, path);
}
