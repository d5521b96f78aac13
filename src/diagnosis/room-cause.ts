import type { KubeReads } from "../kube/kube.ts";
import type { Container, Node, Pod } from "../kube/objects.ts";
import { parseQuantity, writeQuantity } from "../kube/quantity.ts";

/** In a cluster that is shared, others may have any number of pods that no node has taken. */
const onNodes = { fieldSelector: "spec.nodeName!=" };

/**
 * Why no node has room for a pod, with numbers: "It asks for cpu 500 (1.4 at most is free on one node)".
 * Undefined when it is not a resource that lacks.
 */
export async function roomCause(kube: KubeReads, pod: Pod, said: string): Promise<string | undefined> {
  const names = new Set([...said.matchAll(/Insufficient ([\w./-]*\w)/g)].map(([, name = ""]) => name));
  const short = [...names].filter((resource) => requestOf(pod.spec.containers, resource) > 0);
  if (short.length === 0) return undefined;
  const [nodes, pods] = await Promise.all([kube.list("Node"), kube.list("Pod", onNodes)]);
  const lines = short.map((resource) => {
    const asked = writeQuantity(resource, requestOf(pod.spec.containers, resource));
    const free = Math.max(0, ...nodes.map((node) => freeOn(node, pods, resource)));
    return `${resource} ${asked} (at most ${writeQuantity(resource, free)} is free on one node)`;
  });
  return `it requests ${lines.join(" and ")}`;
}

function freeOn({ metadata, status }: Node, pods: readonly Pod[], resource: string): number {
  const here = pods.filter(
    ({ spec, status: { phase } = {} }) =>
      spec.nodeName === metadata.name && phase !== "Succeeded" && phase !== "Failed",
  );
  const taken = here.map(({ spec }) => requestOf(spec.containers, resource));
  return parseQuantity(status?.allocatable?.[resource]) - taken.reduce((sum, each) => sum + each, 0);
}

function requestOf(containers: readonly Container[], resource: string): number {
  return containers
    .map(({ resources }) => parseQuantity(resources?.requests?.[resource]))
    .reduce((sum, each) => sum + each, 0);
}
