import { isReady, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { Cause } from "./cause.ts";
import { podCause, type PodCauseContext } from "./pod-cause.ts";

/** Why a Deployment has fewer Ready pods than it should: the cause of its first unready pod, or why there is none. */
export async function deploymentCause(context: PodCauseContext, seen: DeploymentPods): Promise<Cause> {
  const unready = seen.live.find((pod) => !isReady(pod));
  if (unready) return podCause(context, unready);
  return noPodCause(seen);
}

function noPodCause({ deployment, replicaSets, ready }: DeploymentPods): Cause {
  const { name, namespace = "default" } = deployment.metadata;
  const failure = [deployment, ...replicaSets]
    .flatMap(({ status }) => status?.conditions ?? [])
    .find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  if (failure) {
    return {
      actual: failure.reason ?? "ReplicaFailure",
      message: `Deployment ${name} cannot make its pods: ${failure.message ?? "it gives no reason"}`,
      next: `kubectl -n ${namespace} describe replicaset`,
    };
  }
  const replicas = deployment.spec.replicas ?? 1;
  if (replicas <= ready.length) {
    const asked = replicas === 1 ? "one replica" : `${String(replicas)} replicas`;
    return {
      actual: `spec.replicas is ${String(replicas)}`,
      message: `Deployment ${name} asks for ${asked}.`,
      next: `kubectl -n ${namespace} get deployment ${name}`,
    };
  }
  return {
    actual: `${String(ready.length)} pods`,
    message: `Deployment ${name} asks for ${String(replicas)} replicas, but its ReplicaSet has not made them.`,
    next: `kubectl -n ${namespace} describe deployment ${name}`,
  };
}
