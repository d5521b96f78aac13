import { z } from "zod";
import { writeLabels } from "../../diagnosis/service-cause.ts";
import type { Node, Pod } from "../../kube/objects.ts";
import { admitsNode } from "../../kube/placement.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { byNodeName, hasLabels, wrongNode } from "./placed-pods.ts";
import { requireReadyPods } from "../workloads/ready-pods.ts";
import { replicas } from "../workloads/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("scheduled-on"),
  deployment: z.string().min(1),
  replicas: replicas.default({ atLeast: 1 }).describe("Ready pods."),
  labels: z.record(z.string(), z.string()).describe("Labels of the node that every pod has to be on."),
});

type Labels = z.infer<typeof spec>["labels"];

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
    const findings = found.pods.ready.map((pod) => judge({ pod, nodes, labels, context, ...wanted }));
    return findings.flatMap((finding) => finding ?? []).slice(0, 1);
  },
});

interface Judged {
  readonly pod: Pod;
  readonly deployment: string;
  readonly nodes: readonly Node[];
  readonly labels: Labels;
  readonly context: CheckContext;
}

function judge(judged: Judged): CheckFinding | undefined {
  const { pod, nodes, labels, context, deployment } = judged;
  const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  if (!node || !hasLabels(node, labels)) return wrongNode({ pod, nodes, labels, context, deployment });
  return asksFor(pod, node, labels) ? undefined : byLuck(judged, node);
}

/** For each of the labels: with it, the pod is let onto the node; without it, or with another value, it is not. */
function asksFor(pod: Pod, { metadata }: Node, labels: Labels): boolean {
  const has = metadata.labels ?? {};
  return Object.keys(labels).every((key) => {
    const without = Object.fromEntries(Object.entries(has).filter(([other]) => other !== key));
    const changed = [without, { ...has, [key]: "labctl-another-value" }];
    return changed.every((other) => !admitsNode(pod.spec, { name: metadata.name, labels: other }));
  });
}

function byLuck({ pod, labels, deployment, context }: Judged, node: Node): CheckFinding {
  const wish = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
  const why =
    wish === undefined
      ? `but nothing in its spec asks for ${writeLabels(labels)}: that was luck`
      : "but it only prefers it, and a preference gives way when the node is full";
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.nodeSelector",
    expected: `a node selector or required node affinity for ${writeLabels(labels)}`,
    actual: wish === undefined ? "nothing that asks for it" : "a preference",
    message: `Pod ${pod.metadata.name} runs on node ${node.metadata.name}, ${why}.`,
    next: `kubectl -n ${context.namespace} get deployment ${deployment} -o yaml`,
  };
}
