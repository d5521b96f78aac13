/** Findings about the node that a Deployment's pods are on. */
import { writeLabels } from "../../diagnosis/service-cause.ts";
import type { Node, Pod, Workload } from "../../kube/objects.ts";
import { admitsNode, type PlacementFields } from "../../kube/placement.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";

type Labels = Readonly<Record<string, string>>;

export function hasLabels({ metadata }: Node, labels: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
}

interface Misplaced {
  readonly pod: Pod;
  readonly deployment: string;
  readonly nodes: readonly Node[];
  readonly labels: Labels;
  readonly context: LookContext;
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
    reason: "on-another-node",
    expected: right.join(", ") || `a node with ${writeLabels(labels)}`,
    actual: node,
    message: `Pod ${pod.metadata.name} runs on node ${node}, but ${there}.`,
    next: `kubectl -n ${context.namespace} get pods -o wide; kubectl get nodes --label-columns=${Object.keys(labels).join(",")}`,
  };
}

/** A template that names its node goes past the scheduler, and past labels and taints with it. */
export function byNodeName(
  { namespace }: LookContext,
  { metadata, spec }: Workload,
): CheckFinding | undefined {
  const { nodeName } = spec.template.spec;
  if (nodeName === undefined) return undefined;
  return {
    object: `Deployment/${metadata.name}`,
    path: "spec.template.spec.nodeName",
    reason: "node-named-itself",
    expected: "a rule that the scheduler follows",
    actual: `nodeName: ${nodeName}`,
    message: `Deployment ${metadata.name} names the node ${nodeName} itself: that goes past the scheduler, and when the node is gone its pods wait for ever.`,
    next: `kubectl -n ${namespace} get deployment ${metadata.name} -o yaml`,
  };
}

interface Asked {
  readonly pod: Pod;
  readonly deployment: Workload;
  /** The one that the pod is on. */
  readonly node: Node;
  readonly labels: Labels;
  readonly context: LookContext;
}

/** The finding for a pod that is on its node by luck: nothing in its spec, or in its Deployment's template, asks for it. */
export function byLuck(asked: Asked): CheckFinding | undefined {
  const { pod, deployment, node, labels, context } = asked;
  const { name } = deployment.metadata;
  const specs = [pod.spec, deployment.spec.template.spec];
  const lax = specs.find((spec) => !asksFor(spec, node, labels));
  if (!lax) return undefined;
  const wish = lax.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
  const why =
    wish === undefined
      ? `but nothing in its spec asks for ${writeLabels(labels)}: that was luck`
      : "but it only prefers it, and a preference gives way when the node is full";
  return {
    object: `Deployment/${name}`,
    path: "spec.template.spec.nodeSelector",
    reason: wish === undefined ? "placed-by-luck" : "only-a-preference",
    expected: `a node selector or required node affinity for ${writeLabels(labels)}`,
    actual: wish === undefined ? "nothing that asks for it" : "a preference",
    message: `Pod ${pod.metadata.name} runs on node ${node.metadata.name}, ${why}.`,
    next: `kubectl -n ${context.namespace} get deployment ${name} -o yaml`,
  };
}

/** For each of the labels: with it, the pod is let onto the node; without it, or with another value, it is not. */
function asksFor(spec: PlacementFields, { metadata }: Node, labels: Labels): boolean {
  const has = metadata.labels ?? {};
  return Object.keys(labels).every((key) => {
    const without = Object.fromEntries(Object.entries(has).filter(([other]) => other !== key));
    const changed = [without, { ...has, [key]: "labctl-another-value" }];
    return changed.every((other) => !admitsNode(spec, { name: metadata.name, labels: other }));
  });
}
