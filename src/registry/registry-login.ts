import { createHash } from "node:crypto";
import { join } from "node:path";
import { ensureSecret, readSecret, type SecretFile } from "../secret-file.ts";

/** Who the lab registry answers: whoever can read labctl's home. Without it there is neither a push nor a pull. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** @throws EnvironmentError when its file is there and cannot be read, or is none. */
export async function readRegistryLogin(home: string): Promise<RegistryLogin | undefined> {
  const password = await readSecret(fileOf(home));
  return password === undefined ? undefined : { username, password };
}

/** The same, made where it is missing. @param random bytes as lower-case hex. */
export async function ensureRegistryLogin(
  home: string,
  random: (bytes: number) => string,
): Promise<RegistryLogin> {
  return { username, password: await ensureSecret(fileOf(home), random) };
}

const username = "labctl";

function fileOf(home: string): SecretFile {
  return {
    path: join(home, "registry.key"),
    name: "The password of the lab registry",
    hint: "Make it readable for your user, or remove it and run: labctl up",
  };
}

/** User and password as Docker's, Helm's and containerd's configuration files have them. */
export function encoded({ username, password }: RegistryLogin): string {
  return Buffer.from(`${username}:${password}`).toString("base64");
}

/** The value of a request's `Authorization`: https://www.rfc-editor.org/rfc/rfc7617 */
export function authorization(login: RegistryLogin): string {
  return `Basic ${encoded(login)}`;
}

/** The cheapest that bcrypt has, since each request pays for it: 32 random bytes cannot be guessed, however fast. */
const cost = 4;

/**
 * A line of a password file, the same each time, so that a container is seen to have the right one.
 * https://distribution.github.io/distribution/about/configuration/#htpasswd
 */
export async function passwordLine({ username, password }: RegistryLogin): Promise<string> {
  const { encodeBase64, hash } = await import("bcryptjs");
  const salt = encodeBase64(createHash("sha256").update(`salt of ${password}`).digest().subarray(0, 16), 16);
  return `${username}:${await hash(password, `$2b$0${String(cost)}$${salt}`)}\n`;
}
