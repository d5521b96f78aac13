/** One kind of source = one file here and one line in `index.ts`: what a recipe may ask for, and how it is brought. */
import type { z } from "zod";
import type { LabProblem } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import type { Docker } from "../../docker/docker.ts";
import type { Exec } from "../../exec/exec.ts";

/** A file or folder of this machine and its place in the build context. */
export interface ContextEntry {
  readonly from: string;
  /** Relative, with forward slashes. */
  readonly to: string;
}

/** What bringing something takes, for images and for the host's own tools. */
export interface Workshop {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `<labctl home>/cache`: what is below it can be deleted at any time, and is made again. */
  readonly cache: string;
  readonly signal?: AbortSignal;
}

export interface SourceContext extends Workshop {
  readonly docker: Docker;
  /** Absolute path of the recipe's folder. */
  readonly folder: string;
  /** The local image that the recipe is built on: `labctl/debian-12:latest`. */
  readonly parent: string | undefined;
  /** Empty at the start, removed after the build; for what is not worth keeping. */
  readonly scratch: string;
  /** What a recipe's image is called in the engine: its `tags`, or its local name where it has none. */
  readonly tagsOf: (recipe: string) => readonly string[];
  /** Whether what lies in the cache and may have become old is to be brought again. */
  readonly renew: boolean;
  /** Writes a label on the image, which those that are built on it inherit. */
  readonly label: (key: string, value: string) => void;
  /** Tells what is being brought right now. */
  readonly detail: (text: string) => void;
}

/** A file of the recipe that says which versions its source brings. */
export interface Pin {
  /** Relative to the recipe's folder. */
  readonly file: string;
  /** What in it would bring something else than versions, or more. @param file how it is called in problems. */
  readonly problems: (text: string, file: string) => readonly LabProblem[];
}

export interface SourceKind<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** `compile` takes the processor for minutes, one at a time; `download` runs beside it. */
  readonly lane: "compile" | "download";
  /** Folders, relative to the recipe's, whose files its outcome depends on. */
  readonly folders?: (spec: z.infer<Schema>) => readonly string[];
  readonly pins?: (spec: z.infer<Schema>) => readonly Pin[];
  /** Recipes that have to be built before. */
  readonly needs?: (spec: z.infer<Schema>) => readonly string[];
  /**
   * Brings it and says where it lies; what was brought before is not brought again.
   * @throws EnvironmentError that names the registry which is out of reach, or the last lines of what failed.
   */
  prepare(spec: z.infer<Schema>, context: SourceContext): Promise<readonly ContextEntry[]>;
}

/** Identity, for the types. */
export function defineSource<Schema extends z.ZodType>(kind: SourceKind<Schema>): SourceKind<Schema> {
  return kind;
}
