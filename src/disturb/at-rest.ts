/** Deployments that are at rest, and what is awaited until they are. */
import type { Wait } from "../wait.ts";
import { readDeploymentPods, uidsOf, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { KubeReads } from "../kube/kube.ts";
import type { Pod } from "../kube/objects.ts";

/** Milliseconds that a rollout, or what an experiment before this one has left, may take to be over. */
export const restMs = 90_000;

/** What waiting for rest works with. */
export interface Waiting {
  readonly kube: KubeReads;
  readonly wait: Wait;
  readonly namespace: string;
  readonly signal?: AbortSignal;
}

/** As many Ready pods as it asks for, all of its present template, none on its way. */
export function isSteady({ deployment, live, ready }: DeploymentPods): boolean {
  const { replicas = 1 } = deployment.spec;
  const { observedGeneration = 0, updatedReplicas } = deployment.status ?? {};
  const isSeen = observedGeneration >= (deployment.metadata.generation ?? 0);
  return isSeen && updatedReplicas === replicas && ready.length === replicas && live.length === replicas;
}

/** After an experiment: waits until things are healthy again, and leaves it to the next look to say why not. */
export async function awaitSteadyPods(
  { kube, wait, namespace, signal }: Waiting,
  deployment: string,
  withinMs = restMs,
): Promise<boolean> {
  const { done } = await wait({
    observe: async () => {
      const value = await readDeploymentPods(kube, { namespace, name: deployment });
      return { done: value === undefined || isSteady(value), value };
    },
    watch: ["Deployment", "Pod"],
    namespace,
    withinMs,
    ...(signal ? { signal } : {}),
  });
  return done;
}

/** Waits until these pods are gone: one that is ending may still be asked. */
export async function awaitGone(
  { kube, wait, namespace, signal }: Waiting,
  pods: readonly Pod[],
): Promise<void> {
  const uids = uidsOf(pods);
  await wait({
    observe: async () => {
      const left = (await kube.list("Pod", { namespace })).filter(({ metadata }) =>
        uids.has(metadata.uid ?? ""),
      );
      return { done: left.length === 0, value: left };
    },
    watch: ["Pod"],
    namespace,
    withinMs: restMs,
    ...(signal ? { signal } : {}),
  });
}
