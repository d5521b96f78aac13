import { join } from "node:path";
import { ensureSecret, readSecret, type SecretFile } from "../secret-file.ts";

/**
 * The key that proves which scores were graded with this home: who can read it can forge them.
 * @returns undefined where none was made yet.
 * @throws EnvironmentError when it is there and cannot be read, or is none.
 */
export function readScoreKey(home: string): Promise<string | undefined> {
  return readSecret(keyOf(home));
}

/** The same, made where it is missing. @param random bytes as lower-case hex. */
export function ensureScoreKey(home: string, random: (bytes: number) => string): Promise<string> {
  return ensureSecret(keyOf(home), random);
}

function keyOf(home: string): SecretFile {
  return {
    path: join(home, "score.key"),
    name: "The key that proves scores",
    hint: "Make it readable for your user, or remove it: labs are then to be checked again for labctl status.",
  };
}
