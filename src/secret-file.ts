import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { EnvironmentError } from "./errors.ts";

/** A file with 32 random bytes as hex, for labctl's user alone, and what is said when it cannot be used. */
export interface SecretFile {
  readonly path: string;
  /** What it is: `The key that proves scores`. */
  readonly name: string;
  /** What to do about one that is none. */
  readonly hint: string;
}

const form = /^[0-9a-f]{64}$/;

/**
 * @returns undefined where none was made yet.
 * @throws EnvironmentError when it is there and cannot be read, or is none.
 */
export async function readSecret(file: SecretFile): Promise<string | undefined> {
  const secret = await read(file);
  if (secret === undefined || form.test(secret)) return secret;
  throw unusable(file, "it is not 64 hexadecimal digits");
}

/** The same, made where it is missing. @param random bytes as lower-case hex. */
export async function ensureSecret(file: SecretFile, random: (bytes: number) => string): Promise<string> {
  const found = await readSecret(file);
  if (found !== undefined) return found;
  const draft = `${file.path}.${random(8)}`;
  try {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(draft, random(32), { mode: 0o600, flag: "wx" });
    // Whole or not at all, and never over the secret of a labctl that was faster.
    await link(draft, file.path).catch(unless("EEXIST"));
  } catch (cause) {
    throw unusable(file, String(cause), cause);
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readSecret(file);
  if (made !== undefined) return made;
  throw unusable(file, "it was removed while it was made");
}

async function read(file: SecretFile): Promise<string | undefined> {
  try {
    return await readFile(file.path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, String(cause), cause);
  }
}

function unless(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

function unusable({ path, name, hint }: SecretFile, lastSeen: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError({ message: `${name} cannot be used: ${path}`, lastSeen, hint, cause });
}
