import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { byLuck, byNodeName, hasLabels, wrongNode } from "./placed-pods.ts";
import type { Spec } from "./scheduled-on-spec.ts";

export async function observe(
  { labels, ...wanted }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const found = await requireReadyPods(context, wanted);
  if (!found.ok) return found.findings;
  const fixed = byNodeName(context, found.pods.deployment);
  if (fixed) return [fixed];
  const nodes = await context.kube.list("Node");
  const { ready, deployment } = found.pods;
  const findings = ready.map((pod) => {
    const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
    return node && hasLabels(node, labels)
      ? byLuck({ pod, deployment, node, labels, context })
      : wrongNode({ pod, nodes, labels, context, ...wanted });
  });
  return findings.flatMap((finding) => finding ?? []).slice(0, 1);
}
