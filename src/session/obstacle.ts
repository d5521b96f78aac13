import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { describeStanding } from "../plain-files.ts";

/** Something that stands where a folder or a file has to be. */
export interface Obstacle {
  readonly path: string;
  /** `a link to "/etc"` */
  readonly what: string;
}

/**
 * What keeps a file from being written without following a link; undefined where nothing does.
 * @param file relative to the folder, which is looked at, too.
 */
export async function findObstacle(folder: string, file: string): Promise<Obstacle | undefined> {
  const parts = file.split("/");
  for (let depth = 0; depth <= parts.length; depth++) {
    const path = join(folder, ...parts.slice(0, depth));
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    const isRight = depth === parts.length ? found.isFile() : found.isDirectory();
    if (!isRight) return { path, what: await describeStanding(path, found) };
  }
  return undefined;
}
