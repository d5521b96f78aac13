import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a value as JSON for people to read, in the place of what is there: whole or not at all.
 * @param secret for labctl's user alone, with the folder where that is made for it.
 */
export async function writeJsonFile(path: string, value: unknown, { secret = false } = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true, ...(secret && { mode: 0o700 }) });
  const draft = `${path}.partial`;
  await writeFile(draft, `${JSON.stringify(value, undefined, 2)}\n`, secret ? { mode: 0o600 } : {});
  await rename(draft, path);
}
