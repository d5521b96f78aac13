import type { LookContext, Found } from "../../look/look.ts";
import type { FactSpec, factSpecs } from "./fact-specs.ts";

/** What a program is told under the fact's name, or why it cannot be told. */
export type FoundFact = Found<{ readonly value: unknown }>;

/**
 * Finds a fact out.
 * @throws EnvironmentError when the cluster cannot be read.
 */
export type Resolve<Key extends keyof typeof factSpecs> = (
  wanted: FactSpec<Key>,
  context: LookContext,
) => Promise<FoundFact>;
