import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { exists } from "./cached-path.ts";

const gibibyte = 1024 ** 3;

/** Go's module and build caches are most of it; once they are there, an image more takes little. */
const neededGiB = { firstBuild: 12, laterBuild: 3 };

/** @throws EnvironmentError with how much is needed, how much is free, and where. */
export async function ensureDiskSpace(home: string, freeBytes = freeBytesAt): Promise<void> {
  await mkdir(home, { recursive: true });
  const isFirst = !(await exists(join(home, "cache", "go", "build")));
  const needed = isFirst ? neededGiB.firstBuild : neededGiB.laterBuild;
  const free = (await freeBytes(home)) / gibibyte;
  if (free >= needed) return;
  throw new EnvironmentError({
    message: `Building the images needs ${String(needed)} GiB of disk at ${home}.`,
    lastSeen: `${free.toFixed(1)} GiB are free there`,
    hint: "Free some space, or set LABCTL_HOME to a folder on a larger disk, then run the same command again.",
  });
}

async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
