import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { replaceOne } from "../resilience/replacement.ts";
import { sameNode } from "./same-node.ts";
import type { Spec } from "./kept-apart-spec.ts";

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const after = await replaceOne(context, wanted, {
    doing: "evicting",
    done: "evicted",
    take: (pod) => context.kube.evict(pod),
  });
  return after.ok ? sameNode(context, wanted.deployment, after.pods.ready) : after.findings;
}
