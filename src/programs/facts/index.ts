import type { LookContext, CheckFinding } from "../../look/look.ts";
import type { FoundFact, Resolve } from "./fact.ts";
import type { Fact, factSpecs } from "./fact-specs.ts";
import { ingressFact } from "./ingress.ts";
import { jobFact } from "./job.ts";
import { objectFact } from "./object.ts";
import { objectsFact } from "./objects.ts";
import { podsFact } from "./pods.ts";
import { secretFact } from "./secret.ts";
import { serviceFact } from "./service.ts";

/** How each kind is found out, by the key that tells it from the others. */
const resolvers: { readonly [Key in keyof typeof factSpecs]: Resolve<Key> } = {
  service: serviceFact,
  pods: podsFact,
  secret: secretFact,
  ingress: ingressFact,
  job: jobFact,
  object: objectFact,
  objects: objectsFact,
};

export type FoundFacts =
  | { readonly ok: true; readonly facts: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly findings: readonly CheckFinding[] };

/** Finds out one after the other, in their order; the first that is not there is the finding. */
export async function resolveFacts(
  facts: Readonly<Record<string, Fact>>,
  context: LookContext,
): Promise<FoundFacts> {
  const values: Record<string, unknown> = {};
  for (const [name, wanted] of Object.entries(facts)) {
    context.signal.throwIfAborted();
    const found = await resolve(wanted, context);
    if (!found.ok) return found;
    values[name] = found.value;
  }
  return { ok: true, facts: values };
}

function resolve(wanted: Fact, context: LookContext): Promise<FoundFact> {
  const [, resolver] = Object.entries(resolvers).find(([key]) => key in wanted) ?? [];
  if (!resolver) throw new Error(`Nobody knows how to find out ${Object.keys(wanted).join(", ")}.`);
  // The key tells the kind, and each resolver stands under its own.
  return (resolver as (fact: Fact, within: LookContext) => Promise<FoundFact>)(wanted, context);
}
