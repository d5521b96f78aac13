import type { Workload } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";

/** The finding for a Deployment that was deleted and created anew since the lab was started; none where it is the same. */
export function notTheSame(
  { state, namespace }: LookContext,
  { metadata: { name, uid } }: Workload,
): readonly CheckFinding[] {
  const before = state?.deploymentUids?.[name];
  if (before === undefined || before === uid) return [];
  return [
    {
      object: `Deployment/${name}`,
      path: "metadata.uid",
      reason: "made-anew",
      expected: before,
      actual: uid ?? "none",
      message: `Deployment ${name} is not the one that the lab was started with: it was deleted and created anew, so nothing was updated. labctl reset starts over.`,
      next: `kubectl -n ${namespace} get deployment ${name} -o yaml`,
    },
  ];
}
