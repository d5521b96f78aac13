import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { isOwnedBy, readDeploymentPods, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { missing } from "./missing.ts";
import { awaitGone, isSteady } from "./steady.ts";

/** What `kubectl rollout restart` writes. */
const annotation = "kubectl.kubernetes.io/restartedAt";
const rolloutMs = 120_000;
/** What Kubernetes keeps of a Deployment's history unless it says otherwise. */
const defaultHistory = 10;

export interface Restarted {
  readonly ok: boolean;
  /** Why a rollout did not come to its end. */
  readonly findings: readonly CheckFinding[];
  /** The fewest Ready pods that were seen. */
  readonly leastReady: number;
}

/**
 * Restarts a Deployment's rollout as `kubectl rollout restart` does, and takes the restart back: two rollouts, after
 * which the template is the student's own, and the history as it was.
 */
export async function restartAndTakeBack(context: CheckContext, before: DeploymentPods): Promise<Restarted> {
  const { kube, namespace, clock } = context;
  const { name } = before.deployment.metadata;
  const ref = { kind: "Deployment", namespace, name };
  const was = before.deployment.spec.template.metadata?.annotations?.[annotation];
  const restartedAt = new Date(clock.now()).toISOString();
  const history = historyOf(before);
  const keep = before.replicaSets.length + 1 > history ? { revisionHistoryLimit: history + 2 } : {};
  context.announce(`restarting the rollout of Deployment ${name} under traffic`);
  await kube.patch(ref, { spec: { ...keep, template: annotated(restartedAt) } });
  const there = await awaitRollout(context, name, before.live);
  context.announce(`taking the restart of Deployment ${name} back under traffic`);
  await kube.patch(ref, { spec: { template: annotated(was ?? null) } });
  const back = await awaitRollout(context, name, there.pods);
  await forget(context, name, restartedAt);
  if ("revisionHistoryLimit" in keep) await kube.patch(ref, { spec: { revisionHistoryLimit: history } });
  return {
    ok: there.ok && back.ok,
    findings: [...there.findings, ...back.findings],
    leastReady: Math.min(there.leastReady, back.leastReady),
  };
}

function annotated(value: string | null) {
  return { metadata: { annotations: { [annotation]: value } } };
}

function historyOf({ deployment }: DeploymentPods): number {
  const { revisionHistoryLimit } = deployment.spec as { readonly revisionHistoryLimit?: number };
  return revisionHistoryLimit ?? defaultHistory;
}

/** Waits until a rollout that was just asked for is over, and its old pods are gone; counts the Ready ones meanwhile. */
export async function awaitRollout(
  context: CheckContext,
  name: string,
  old: readonly Pod[],
): Promise<Restarted & { readonly pods: readonly Pod[] }> {
  const { kube, namespace, signal } = context;
  let leastReady = Number.POSITIVE_INFINITY;
  const waited = await context.wait({
    observe: async () => {
      const value = await readDeploymentPods(kube, { namespace, name });
      leastReady = Math.min(leastReady, value?.ready.length ?? 0);
      const isNew = value?.live.every(
        ({ metadata }) => !old.some((pod) => pod.metadata.uid === metadata.uid),
      );
      return { done: value === undefined || (isNew === true && isSteady(value)), value };
    },
    watch: ["Deployment", "Pod"],
    namespace,
    withinMs: rolloutMs,
    everyMs: 500,
    signal,
  });
  const pods = waited.value?.live ?? [];
  if (!waited.value) {
    const findings = [missing({ kind: "Deployment", name, namespace })];
    return { ok: false, findings, leastReady, pods };
  }
  if (!waited.done) return { ok: false, findings: [await stuck(context, waited.value)], leastReady, pods };
  await awaitGone(context, old);
  return { ok: true, findings: [], leastReady, pods };
}

async function stuck(context: CheckContext, pods: DeploymentPods): Promise<CheckFinding> {
  const { name } = pods.deployment.metadata;
  const cause = await deploymentCause(context, pods);
  const within = `${String(rolloutMs / 1000)} s`;
  return {
    object: `Deployment/${name}`,
    path: "status",
    expected: `a rollout that is over within ${within}`,
    actual: cause.actual,
    message: `labctl began a rollout of Deployment ${name}, and it was not over within ${within}. ${cause.message}`,
    next: cause.next,
  };
}

/** The ReplicaSet that only the restart has made stays out of the student's history. */
async function forget({ kube, namespace }: CheckContext, name: string, restartedAt: string): Promise<void> {
  const deployment = await kube.read({ kind: "Deployment", namespace, name });
  const all = await kube.list("ReplicaSet", { namespace });
  const own = all.filter(
    (replicaSet) =>
      deployment !== undefined &&
      isOwnedBy(replicaSet, deployment) &&
      replicaSet.spec.template.metadata?.annotations?.[annotation] === restartedAt,
  );
  for (const { metadata } of own) await kube.remove({ kind: "ReplicaSet", namespace, name: metadata.name });
}
