import type { z } from "zod";
import type { CheckContext, CheckFinding, Located } from "./check.ts";
import type { ProgramSpec } from "./programs/program-fields.ts";

/** The specs of a table's kinds, in its order. */
export type Specs<Kinds extends readonly { readonly spec: z.ZodObject }[]> = {
  -readonly [Index in keyof Kinds]: Kinds[Index]["spec"];
};

interface AnySpec {
  readonly kind: string;
}

/** A kind with its spec's type forgotten: the table pairs each spec with its own kind. */
interface AnyKind {
  readonly kind: string;
  readonly experiment?: boolean;
  readonly needs?: readonly ("nodes" | "docker" | "registry")[];
  programs?(spec: AnySpec): readonly Located<ProgramSpec>[];
  observe(spec: AnySpec, context: CheckContext): Promise<readonly CheckFinding[]>;
}

/** The kind that a spec is of. */
export function kindIn(kinds: readonly AnySpec[], { kind }: AnySpec): AnyKind {
  const found = (kinds as readonly unknown[] as readonly AnyKind[]).find((each) => each.kind === kind);
  if (!found) throw new Error(`The table of checks has no kind ${kind}.`);
  return found;
}
