import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../exists.ts";

/**
 * The file or folder at `path`; made where it is missing, under a temporary name that is renamed at the end, so that
 * a run which was killed half way leaves nothing that looks complete. What such a run left is removed first.
 */
export async function cachedPath(path: string, make: (temporary: string) => Promise<void>): Promise<string> {
  return (await exists(path)) ? path : renewedPath(path, make);
}

/** As `cachedPath`, in the place of what lies there, which stays where making it fails. */
export async function renewedPath(path: string, make: (temporary: string) => Promise<void>): Promise<string> {
  const temporary = `${path}.partial`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  try {
    await make(temporary);
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return path;
}
