import { DisruptionBudgetError } from "../../kube/errors.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { replaceOne } from "../resilience/replacement.ts";
import { sameNode } from "./same-node.ts";
import type { Spec } from "./kept-apart-spec.ts";

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  try {
    const after = await replaceOne(context, wanted, {
      doing: "evicting",
      done: "evicted",
      take: (pod) => evict(pod, context),
    });
    return after.ok ? sameNode(context, wanted.deployment, after.pods.ready) : after.findings;
  } catch (error) {
    if (error instanceof DisruptionBudgetError) return [notEvicted(wanted, context, error)];
    throw error;
  }
}

/** A budget counts anew a moment after pods have become Ready. */
const countedWithinMs = 10_000;

async function evict(
  pod: { readonly namespace: string; readonly name: string },
  { kube, wait, signal }: DisturbContext,
): Promise<void> {
  const { value } = await wait({
    observe: async () => {
      const refused = await kube.evict(pod).catch((error: unknown) => error);
      return { done: !(refused instanceof DisruptionBudgetError), value: refused };
    },
    withinMs: countedWithinMs,
    signal,
  });
  if (value !== undefined) throw value as Error;
}

/** A budget that never lets a pod go is the student's own, and no outage. */
function notEvicted(
  { deployment }: Spec,
  { namespace }: DisturbContext,
  { lastSeen = "no reason given" }: DisruptionBudgetError,
): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    reason: "eviction-forbidden",
    expected: "a pod that may be evicted",
    actual: lastSeen,
    message: `No pod of Deployment ${deployment} may be evicted, as when its node is drained: ${lastSeen}.`,
    next: `kubectl -n ${namespace} get poddisruptionbudgets`,
  };
}
