import type { Pod } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";

/** The finding for a node that holds more than one of these pods. */
export function sameNode(
  { namespace }: LookContext,
  deployment: string,
  pods: readonly Pod[],
): readonly CheckFinding[] {
  const byNode = Map.groupBy(pods, ({ spec }) => spec.nodeName ?? "no node");
  const crowded = [...byNode].find(([, together]) => together.length > 1);
  if (!crowded) return [];
  const [node, together] = crowded;
  const names = together.map(({ metadata }) => metadata.name).join(" and ");
  return [
    {
      object: `Deployment/${deployment}`,
      path: "spec.nodeName of its pods",
      reason: "together-on-a-node",
      expected: "a node for each pod",
      actual: `${String(together.length)} on ${node}`,
      message: `The pods ${names} are both on node ${node}: when it fails, Deployment ${deployment} is gone.`,
      next: `kubectl -n ${namespace} get pods -o wide`,
    },
  ];
}
