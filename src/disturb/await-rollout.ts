import { deploymentCause } from "../diagnosis/deployment-cause.ts";
import { readDeploymentPods, uidsOf, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { Pod } from "../kube/objects.ts";
import { awaitGone, isSteady } from "./at-rest.ts";
import type { DisturbanceContext, DisturbFinding } from "./disturbance.ts";

const rolloutMs = 120_000;

/** How rollouts that labctl began came out. */
export interface RolledOut {
  /** Why a rollout did not come to its end; none when each did. */
  readonly findings: readonly DisturbFinding[];
  /** The fewest Ready pods that were seen. */
  readonly leastReady: number;
}

/** Waits until a rollout that was just asked for is over, and its old pods are gone; counts the Ready ones meanwhile. */
export async function awaitRollout(
  context: DisturbanceContext,
  name: string,
  old: readonly Pod[],
): Promise<RolledOut & { readonly pods: readonly Pod[] }> {
  const { kube, namespace, signal } = context;
  const uids = uidsOf(old);
  let leastReady = Number.POSITIVE_INFINITY;
  const waited = await context.wait({
    observe: async () => {
      const value = await readDeploymentPods(kube, { namespace, name });
      leastReady = Math.min(leastReady, value?.ready.length ?? 0);
      const isNew = value?.live.every(({ metadata }) => !uids.has(metadata.uid ?? "")) === true;
      return { done: value === undefined || (isNew && isSteady(value)), value };
    },
    watch: ["Deployment", "Pod"],
    namespace,
    withinMs: rolloutMs,
    everyMs: 500,
    signal,
  });
  const pods = waited.value?.live ?? [];
  if (!waited.value) return { findings: [goneMeanwhile(name, namespace)], leastReady, pods };
  if (!waited.done) return { findings: [await stuck(context, waited.value)], leastReady, pods };
  await awaitGone(context, old);
  return { findings: [], leastReady, pods };
}

/** Two rollouts, one after the other. */
export function together(one: RolledOut, other: RolledOut): RolledOut {
  return {
    findings: [...one.findings, ...other.findings],
    leastReady: Math.min(one.leastReady, other.leastReady),
  };
}

/** The finding for a Deployment that was deleted while labctl looked. */
export function goneMeanwhile(name: string, namespace: string): DisturbFinding {
  return {
    object: `Deployment/${name}`,
    reason: "gone-meanwhile",
    expected: `a Deployment named ${name}`,
    actual: "not found",
    message: `There is no Deployment ${name} in namespace ${namespace} any more.`,
    next: `kubectl -n ${namespace} get deployments`,
  };
}

async function stuck(context: DisturbanceContext, pods: DeploymentPods): Promise<DisturbFinding> {
  const { name } = pods.deployment.metadata;
  const cause = await deploymentCause(context, pods);
  const within = `${String(rolloutMs / 1000)} s`;
  return {
    object: `Deployment/${name}`,
    path: "status",
    reason: "rollout-stuck",
    expected: `a rollout that is over within ${within}`,
    actual: cause.actual,
    message: `labctl began a rollout of Deployment ${name}, and it was not over within ${within}. ${cause.message}`,
    next: cause.next,
  };
}
