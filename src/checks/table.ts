import type { z } from "zod";
import type { CheckFinding } from "../look/look.ts";
import type { ProgramSpec } from "../programs/program-fields.ts";
import type { Contexts, Located } from "./check.ts";

/** The specs of a table's kinds, in its order. */
export type Specs<Kinds extends readonly { readonly spec: z.ZodObject }[]> = {
  -readonly [Index in keyof Kinds]: Kinds[Index]["spec"];
};

interface AnySpec {
  readonly kind: string;
}

/** A kind with its types forgotten: the table pairs each spec with its own kind, and the context has all of it. */
interface AnyKind<Context> {
  readonly kind: string;
  readonly does: keyof Contexts;
  readonly experiment?: boolean;
  readonly needs?: readonly ("nodes" | "docker" | "registry")[];
  programs?(spec: AnySpec): readonly Located<ProgramSpec>[];
  observe(spec: AnySpec, context: Context): Promise<readonly CheckFinding[]>;
}

/** The kind that a spec is of. */
export function kindIn<Context>(kinds: readonly AnySpec[], { kind }: AnySpec): AnyKind<Context> {
  const found = (kinds as readonly unknown[] as readonly AnyKind<Context>[]).find(
    (each) => each.kind === kind,
  );
  if (!found) throw new Error(`The table of checks has no kind ${kind}.`);
  return found;
}
