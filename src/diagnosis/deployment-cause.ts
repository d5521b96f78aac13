import { isOwnedBy, isReady, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { Condition, Pod } from "../kube/objects.ts";
import { readRevisions } from "../kube/revisions.ts";
import type { Cause } from "./cause.ts";
import { podCause, type PodCauseContext } from "./pod-cause.ts";

/**
 * Why a Deployment has fewer Ready pods than it should: the cause of the first unready pod of its newest ReplicaSet, or
 * why there is none. What hangs on from an earlier version is told after it.
 */
export async function deploymentCause(context: PodCauseContext, seen: DeploymentPods): Promise<Cause> {
  const newest = readRevisions(seen).at(-1)?.replicaSet;
  const unready = seen.live.filter((pod) => !isReady(pod));
  const ofNewest = unready.filter((pod) => newest !== undefined && isOwnedBy(pod, newest));
  const earlier = unready.filter((pod) => !ofNewest.includes(pod));
  const [first] = ofNewest;
  if (first) return withEarlier(await podCause(context, first), earlier);
  const [hanging] = earlier;
  if (hanging && !replicaFailure(seen)) return podCause(context, hanging);
  return withEarlier(noPodCause(seen), earlier);
}

function withEarlier(cause: Cause, earlier: readonly Pod[]): Cause {
  if (earlier.length === 0) return cause;
  const images = earlier.flatMap(({ spec }) => spec.containers.flatMap(({ image }) => image ?? []));
  const names = earlier.map(({ metadata }) => metadata.name).join(", ");
  const message = `${cause.message} Of the version before, with ${[...new Set(images)].join(", ")}, there is still ${names}.`;
  return { ...cause, message };
}

function noPodCause(seen: DeploymentPods): Cause {
  const { deployment, ready } = seen;
  const { name, namespace = "default" } = deployment.metadata;
  const failure = replicaFailure(seen);
  if (failure) {
    return {
      reason: "pods-cannot-be-made",
      actual: failure.reason ?? "ReplicaFailure",
      message: `Deployment ${name} cannot make its pods: ${failure.message ?? "it gives no reason"}`,
      next: `kubectl -n ${namespace} describe replicaset`,
    };
  }
  const replicas = deployment.spec.replicas ?? 1;
  if (replicas <= ready.length) {
    const asked = replicas === 1 ? "one replica" : `${String(replicas)} replicas`;
    return {
      reason: "too-few-replicas",
      actual: `spec.replicas is ${String(replicas)}`,
      message: `Deployment ${name} asks for ${asked}.`,
      next: `kubectl -n ${namespace} get deployment ${name}`,
    };
  }
  return {
    reason: "pods-not-made",
    actual: `${String(ready.length)} pods`,
    message: `Deployment ${name} asks for ${String(replicas)} replicas, but its ReplicaSet has not made them.`,
    next: `kubectl -n ${namespace} describe deployment ${name}`,
  };
}

function replicaFailure({ deployment, replicaSets }: DeploymentPods): Condition | undefined {
  return [deployment, ...replicaSets]
    .flatMap(({ status }) => status?.conditions ?? [])
    .find(({ type, status }) => type === "ReplicaFailure" && status === "True");
}
