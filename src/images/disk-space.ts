import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { exists } from "../exists.ts";

const gibibyte = 1024 ** 3;

/**
 * Measured: a first build takes 17, Go's module and build caches most of all; the images of one lab more take 4, those
 * of all labs 9, as built, in the registry and on the nodes.
 */
const needs = { firstBuild: 18, laterBuild: 5 };

/** @throws EnvironmentError with how much is needed, how much is free, and where. */
export async function ensureDiskSpace(home: string, freeBytes = freeBytesAt): Promise<void> {
  await mkdir(home, { recursive: true });
  const needed = await neededGiB(home);
  const free = (await freeBytes(home)) / gibibyte;
  if (free >= needed) return;
  throw new EnvironmentError({
    message: `Building the images needs ${String(needed)} GiB of disk at ${home}.`,
    lastSeen: `${free.toFixed(1)} GiB are free there`,
    hint: "Free some space, or set LABCTL_HOME to a folder on a larger disk, then run the same command again.",
  });
}

/** How much has to be free for the next build. */
export async function neededGiB(home: string): Promise<number> {
  const isFirst = !(await exists(join(home, "cache", "go", "build")));
  return isFirst ? needs.firstBuild : needs.laterBuild;
}

/** Bytes free at a path. */
export async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
