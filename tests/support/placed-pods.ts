import type { Node, Pod, PodSpec, Workload } from "../../src/kube/objects.ts";
import type { Taint } from "../../src/kube/placement.ts";
import { deployment, node } from "./cluster-objects.ts";

/** A node with labels (its hostname among them) and taints. */
export function placedNode(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  taints: readonly Taint[] = [],
): Node {
  const bare = node(name, "172.18.0.2");
  const metadata = { ...bare.metadata, labels: { "kubernetes.io/hostname": name, ...labels } };
  const status = { ...bare.status, allocatable: { cpu: "2", memory: "8Gi" } };
  return { ...bare, metadata, spec: { taints }, status };
}

/** A Deployment whose pods, one on each of these nodes, say this about their place. */
export function placedDeployment(
  name: string,
  on: readonly string[],
  spec: Partial<PodSpec> = {},
): readonly [Workload, Workload, ...Pod[]] {
  const [top, set, ...pods] = deployment({ name, replicas: on.length, labels: { app: name } });
  const template = { ...top.spec.template, spec: { ...top.spec.template.spec, ...spec } };
  const placed = pods.map((pod, index): Pod => ({
    ...pod,
    spec: { ...pod.spec, ...spec, nodeName: on[index] ?? "" },
  }));
  return [{ ...top, spec: { ...top.spec, template } }, set, ...placed];
}

/** The same pod as no node takes it. */
export function pending(pod: Pod, message: string): Pod {
  const conditions = [{ type: "PodScheduled", status: "False" as const, reason: "Unschedulable", message }];
  const { containers } = pod.spec;
  return { ...pod, spec: { containers }, status: { phase: "Pending", conditions } };
}
