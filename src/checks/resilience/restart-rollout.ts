import { isOwnedBy, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext } from "../check.ts";
import { awaitRollout, historyLimit, together, type RolledOut } from "./rollout.ts";

/** What `kubectl rollout restart` writes. */
const annotation = "kubectl.kubernetes.io/restartedAt";

/**
 * Restarts a Deployment's rollout as `kubectl rollout restart` does, and takes the restart back: two rollouts, after
 * which the template is the student's own, and the history as it was.
 */
export async function restartAndTakeBack(context: CheckContext, before: DeploymentPods): Promise<RolledOut> {
  const { kube, namespace, clock } = context;
  const { name } = before.deployment.metadata;
  const ref = { kind: "Deployment", namespace, name };
  const was = before.deployment.spec.template.metadata?.annotations?.[annotation];
  const restartedAt = new Date(clock.now()).toISOString();
  const history = historyLimit(before.deployment);
  const keep = before.replicaSets.length + 1 > history ? { revisionHistoryLimit: history + 2 } : {};
  context.announce(`restarting the rollout of Deployment ${name} under traffic`);
  await kube.patch(ref, { spec: { ...keep, template: annotated(restartedAt) } });
  const there = await awaitRollout(context, name, before.live);
  context.announce(`taking the restart of Deployment ${name} back under traffic`);
  await kube.patch(ref, { spec: { template: annotated(was ?? null) } });
  const back = await awaitRollout(context, name, there.pods);
  await forget(context, name, restartedAt);
  if ("revisionHistoryLimit" in keep) await kube.patch(ref, { spec: { revisionHistoryLimit: history } });
  return together(there, back);
}

function annotated(value: string | null) {
  return { metadata: { annotations: { [annotation]: value } } };
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
