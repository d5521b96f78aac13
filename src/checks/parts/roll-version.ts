import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { isOwnedBy, readDeploymentPods, uidsOf, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Container, Pod, Workload } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { missing } from "./missing.ts";
import { awaitGone, awaitSteadyPods, isSteady } from "./steady.ts";

const rolloutMs = 120_000;
/** What Kubernetes keeps of a Deployment's history unless it says otherwise. */
const defaultHistory = 10;

/** An environment variable of a Deployment's template, and the values that it is given. */
export interface VersionVariable {
  readonly env: string;
  /** What it is set to for a while. */
  readonly from: string;
  /** What it is, and is again. */
  readonly to: string;
}

interface Rolled {
  /** Why a rollout did not come to its end. */
  readonly findings: readonly CheckFinding[];
  /** The pods that were there afterwards. */
  readonly pods: readonly Pod[];
}

/** The value that a Deployment's template gives a variable; undefined where none of its containers has it as a value. */
export function valueIn({ spec }: Workload, env: string): string | undefined {
  const all = spec.template.spec.containers.flatMap((container) => container.env ?? []);
  return all.find(({ name, value }) => name === env && value !== undefined)?.value;
}

/**
 * Sets a variable of a Deployment's template to another value and back, and waits each time until all old pods are
 * gone; again, until `leastMs` have passed. Afterwards template and history are as they were, whatever happened.
 */
export async function rollBackAndForth(
  context: CheckContext,
  before: DeploymentPods,
  { env, from, to, leastMs }: VersionVariable & { readonly leastMs: number },
): Promise<readonly CheckFinding[]> {
  const { kube, namespace, clock } = context;
  const { deployment } = before;
  const { name } = deployment.metadata;
  const ref = { kind: "Deployment", namespace, name };
  const history = historyOf(deployment);
  const isFull = before.replicaSets.length + 1 > history;
  const started = clock.now();
  const set = async (value: string): Promise<void> => {
    const containers = withValue(deployment.spec.template.spec.containers, env, value);
    await kube.patch(ref, { spec: { template: { spec: { containers } } } });
  };
  if (isFull) await kube.patch(ref, { spec: { revisionHistoryLimit: history + 2 } });
  let rolled: Rolled = { findings: [], pods: before.live };
  let value = to;
  try {
    while (rolled.findings.length === 0 && (value !== to || clock.now() - started < leastMs)) {
      value = value === to ? from : to;
      context.announce(`rolling Deployment ${name} to ${value} under constant predictions`);
      await set(value);
      rolled = await awaitRollout(context, name, rolled.pods);
    }
  } finally {
    if (value !== to) {
      await set(to);
      await awaitSteadyPods(context, name);
    }
    await forget(context, before);
    if (isFull) await kube.patch(ref, { spec: { revisionHistoryLimit: history } });
  }
  return rolled.findings;
}

function withValue(containers: readonly Container[], name: string, value: string): readonly Container[] {
  return containers.map((container) => {
    if (!container.env?.some((each) => each.name === name)) return container;
    return { ...container, env: container.env.map((each) => (each.name === name ? { name, value } : each)) };
  });
}

function historyOf({ spec }: Workload): number {
  return (spec as { readonly revisionHistoryLimit?: number }).revisionHistoryLimit ?? defaultHistory;
}

/** Waits until a rollout that was just asked for is over, and its old pods are gone. */
async function awaitRollout(context: CheckContext, name: string, old: readonly Pod[]): Promise<Rolled> {
  const { kube, namespace, signal } = context;
  const uids = uidsOf(old);
  const waited = await context.wait({
    observe: async () => {
      const value = await readDeploymentPods(kube, { namespace, name });
      const isNew = value?.live.every(({ metadata }) => !uids.has(metadata.uid ?? "")) === true;
      return { done: value === undefined || (isNew && isSteady(value)), value };
    },
    watch: ["Deployment", "Pod"],
    namespace,
    withinMs: rolloutMs,
    everyMs: 500,
    signal,
  });
  if (!waited.value) return { findings: [missing({ kind: "Deployment", name, namespace })], pods: [] };
  if (!waited.done) return { findings: [await stuck(context, waited.value)], pods: waited.value.live };
  await awaitGone(context, old);
  return { findings: [], pods: waited.value.live };
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
    message: `labctl rolled Deployment ${name} to another version, and that was not over within ${within}. ${cause.message}`,
    next: cause.next,
  };
}

/** ReplicaSets that only the experiment has made stay out of the student's history. */
async function forget(
  { kube, namespace }: CheckContext,
  { deployment, replicaSets }: DeploymentPods,
): Promise<void> {
  const known = uidsOf(replicaSets);
  const all = await kube.list("ReplicaSet", { namespace });
  const own = all.filter(
    (each) =>
      isOwnedBy(each, deployment) && !known.has(each.metadata.uid ?? "") && (each.spec.replicas ?? 0) === 0,
  );
  for (const { metadata } of own) await kube.remove({ kind: "ReplicaSet", namespace, name: metadata.name });
}
