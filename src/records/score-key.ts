import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";

/** 32 bytes as hex. */
const form = /^[0-9a-f]{64}$/;

/**
 * The key that proves which scores were graded with this home: who can read it can forge them.
 * @returns undefined where none was made yet.
 * @throws EnvironmentError when it is there and cannot be read, or is none.
 */
export async function readScoreKey(home: string): Promise<string | undefined> {
  const path = pathOf(home);
  const key = await read(path);
  if (key === undefined || form.test(key)) return key;
  throw unusable(path, "it is not 64 hexadecimal digits");
}

/** The same, made where it is missing. @param random bytes as lower-case hex. */
export async function ensureScoreKey(home: string, random: (bytes: number) => string): Promise<string> {
  const found = await readScoreKey(home);
  if (found !== undefined) return found;
  const path = pathOf(home);
  const draft = `${path}.${random(8)}`;
  try {
    await mkdir(home, { recursive: true });
    await writeFile(draft, random(32), { mode: 0o600, flag: "wx" });
    // Whole or not at all, and never over the key of a labctl that was faster.
    await link(draft, path).catch(unless("EEXIST"));
  } catch (cause) {
    throw unusable(path, String(cause), cause);
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readScoreKey(home);
  if (made !== undefined) return made;
  throw unusable(path, "it was removed while it was made");
}

function pathOf(home: string): string {
  return join(home, "score.key");
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(path, String(cause), cause);
  }
}

function unless(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

function unusable(path: string, lastSeen: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError({
    message: `The key that proves scores cannot be used: ${path}`,
    lastSeen,
    hint: "Make it readable for your user, or remove it: labs are then to be checked again for labctl status.",
    cause,
  });
}
