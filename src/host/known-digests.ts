/**
 * Digests of what was fetched for the first time by a name that somebody else can give to something else: a tag, a
 * chart's version. The first one is trusted, and from then on it is that one or none.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { writeJsonFile } from "../json-file.ts";
import { parseJson } from "../parse-json.ts";

type Digests = Readonly<Record<string, string>>;

export class KnownDigests {
  readonly #file: string;

  /** @param home labctl's, with the file `known-digests.json`. */
  constructor(home: string) {
    this.#file = join(home, "known-digests.json");
  }

  /** By name; empty before anything was fetched. @throws EnvironmentError when the file cannot be understood. */
  async all(): Promise<Digests> {
    const text = await readFile(this.#file, "utf8").catch(() => "{}");
    const digests = parseJson(text);
    if (isDigests(digests)) return digests;
    throw new EnvironmentError({
      message: "What labctl noted of images and charts that it fetched cannot be read.",
      lastSeen: `${this.#file} is no list of names and digests`,
      hint: `Remove it, and what is fetched next is trusted: rm ${this.#file}`,
    });
  }

  /** In the place of what was noted under the name. */
  async note(name: string, digest: string): Promise<void> {
    const digests = await this.all();
    if (digests[name] === digest) return;
    await writeJsonFile(this.#file, { ...digests, [name]: digest });
  }
}

function isDigests(value: unknown): value is Digests {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === "string");
}
