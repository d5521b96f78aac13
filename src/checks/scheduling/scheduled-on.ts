import { z } from "zod";
import { defineCheck } from "../check.ts";
import { requireReadyPods } from "../workloads/ready-pods.ts";
import { replicas } from "../workloads/replicas.ts";
import { byLuck, byNodeName, hasLabels, wrongNode } from "./placed-pods.ts";

const spec = z.strictObject({
  kind: z.literal("scheduled-on"),
  deployment: z.string().min(1),
  replicas: replicas.default({ atLeast: 1 }).describe("Ready pods."),
  labels: z.record(z.string(), z.string()).describe("Labels of the node that every pod has to be on."),
});

/** On the right node because the spec asks for it: without the label, the same pod would not be let onto that node. */
export const scheduledOn = defineCheck({
  kind: "scheduled-on",
  summary: "A Deployment's pods run on a node with these labels because they ask for them, not by luck.",
  spec,
  async observe({ labels, ...wanted }, context) {
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
  },
});
