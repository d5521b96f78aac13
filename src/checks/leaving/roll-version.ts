import { isOwnedBy, uidsOf, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Container, Workload } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { awaitRollout, historyLimit } from "../resilience/rollout.ts";
import { awaitSteadyPods } from "../resilience/steady.ts";

/** An environment variable of a Deployment's template, and the values that it is given. */
export interface VersionVariable {
  readonly env: string;
  /** What it is set to for a while. */
  readonly from: string;
  /** What it is, and is again. */
  readonly to: string;
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
  const history = historyLimit(deployment);
  const isFull = before.replicaSets.length + 1 > history;
  const started = clock.now();
  const set = async (value: string): Promise<void> => {
    const containers = withValue(deployment.spec.template.spec.containers, env, value);
    await kube.patch(ref, { spec: { template: { spec: { containers } } } });
  };
  if (isFull) await kube.patch(ref, { spec: { revisionHistoryLimit: history + 2 } });
  let findings: readonly CheckFinding[] = [];
  let pods = before.live;
  let value = to;
  try {
    while (findings.length === 0 && (value !== to || clock.now() - started < leastMs)) {
      value = value === to ? from : to;
      context.announce(`rolling Deployment ${name} to ${value} under constant predictions`);
      await set(value);
      ({ findings, pods } = await awaitRollout(context, name, pods));
    }
  } finally {
    if (value !== to) {
      await set(to);
      await awaitSteadyPods(context, name);
    }
    await forget(context, before);
    if (isFull) await kube.patch(ref, { spec: { revisionHistoryLimit: history } });
  }
  return findings;
}

function withValue(containers: readonly Container[], name: string, value: string): readonly Container[] {
  return containers.map((container) => {
    if (!container.env?.some((each) => each.name === name)) return container;
    return { ...container, env: container.env.map((each) => (each.name === name ? { name, value } : each)) };
  });
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
