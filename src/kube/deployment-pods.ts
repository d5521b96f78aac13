import type { KubeReads } from "./kube.ts";
import type { KubeObject, Pod, Workload } from "./objects.ts";

/** A Deployment with what it really owns: by the UIDs of owner references, never by labels. */
export interface DeploymentPods {
  readonly deployment: Workload;
  readonly replicaSets: readonly Workload[];
  /** Pods that are neither ending nor ended, Ready or not. */
  readonly live: readonly Pod[];
  /** Those of them that are Ready on a node. */
  readonly ready: readonly Pod[];
}

/** Undefined when there is no such Deployment. */
export async function readDeploymentPods(
  kube: KubeReads,
  ref: { readonly namespace: string; readonly name: string },
): Promise<DeploymentPods | undefined> {
  const { namespace, name } = ref;
  const deployment = await kube.read({ kind: "Deployment", namespace, name });
  if (!deployment) return undefined;
  const [allReplicaSets, allPods] = await Promise.all([
    kube.list("ReplicaSet", { namespace }),
    kube.list("Pod", { namespace }),
  ]);
  const replicaSets = allReplicaSets.filter((replicaSet) => isOwnedBy(replicaSet, deployment));
  const live = allPods.filter((pod) => replicaSets.some((owner) => isOwnedBy(pod, owner)) && isLive(pod));
  return { deployment, replicaSets, live, ready: live.filter(isReady) };
}

export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  return owners.some(({ uid, controller }) => controller === true && uid === owner.metadata.uid);
}

/** Neither being deleted nor ended. */
export function isLive(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return pod.metadata.deletionTimestamp === undefined && phase !== "Succeeded" && phase !== "Failed";
}

/** Ready, and on a node: a status that was written by hand on a pod that runs nowhere does not count. */
export function isReady(pod: Pod): boolean {
  if (pod.spec.nodeName === undefined || pod.status?.podIP === undefined) return false;
  return (pod.status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
}

/** The UIDs of objects, in a set. */
export function uidsOf(objects: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(objects.flatMap(({ metadata }) => (metadata.uid === undefined ? [] : [metadata.uid])));
}
