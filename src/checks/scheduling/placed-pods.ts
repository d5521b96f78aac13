/** Findings about the node that a Deployment's pods are on. */
import { writeLabels } from "../../diagnosis/service-cause.ts";
import type { Node, Pod, Workload } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";

type Labels = Readonly<Record<string, string>>;

export function hasLabels({ metadata }: Node, labels: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
}

interface Misplaced {
  readonly pod: Pod;
  readonly deployment: string;
  readonly nodes: readonly Node[];
  readonly labels: Labels;
  readonly context: CheckContext;
}

export function wrongNode({ pod, deployment, nodes, labels, context }: Misplaced): CheckFinding {
  const right = nodes.filter((node) => hasLabels(node, labels)).map(({ metadata }) => metadata.name);
  const node = pod.spec.nodeName ?? "no node";
  const there =
    right.length === 0
      ? `no node carries ${writeLabels(labels)}`
      : `${right.join(", ")} carries ${writeLabels(labels)}`;
  return {
    object: `Deployment/${deployment}`,
    path: "spec.nodeName of its pods",
    expected: right.join(", ") || `a node with ${writeLabels(labels)}`,
    actual: node,
    message: `Pod ${pod.metadata.name} runs on node ${node}, but ${there}.`,
    next: `kubectl -n ${context.namespace} get pods -o wide; kubectl get nodes --label-columns=${Object.keys(labels).join(",")}`,
  };
}

/** A template that names its node goes past the scheduler, and past labels and taints with it. */
export function byNodeName(
  { namespace }: CheckContext,
  { metadata, spec }: Workload,
): CheckFinding | undefined {
  const { nodeName } = spec.template.spec;
  if (nodeName === undefined) return undefined;
  return {
    object: `Deployment/${metadata.name}`,
    path: "spec.template.spec.nodeName",
    expected: "a rule that the scheduler follows",
    actual: `nodeName: ${nodeName}`,
    message: `Deployment ${metadata.name} names the node ${nodeName} itself: that goes past the scheduler, and when the node is gone its pods wait for ever.`,
    next: `kubectl -n ${namespace} get deployment ${metadata.name} -o yaml`,
  };
}
