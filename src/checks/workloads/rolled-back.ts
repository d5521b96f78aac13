import { readDeploymentPods, type DeploymentPods } from "../../kube/deployment-pods.ts";
import { readHistory, type Revision } from "../../kube/revisions.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { missing } from "../../look/missing.ts";
import { isPullable } from "../../look/pullable.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { notTheSame } from "./same-deployment.ts";
import type { Spec } from "./rolled-back-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const { namespace, kube } = context;
  const { deployment, replicas } = wanted;
  const pods = await readDeploymentPods(kube, { namespace, name: deployment });
  if (!pods) return [missing({ kind: "Deployment", name: deployment, namespace })];
  const revisions = readHistory(pods);
  const broken = await unpullable(revisions, context);
  const current = revisions.at(-1);
  const seen = { wanted, context, pods, revisions };
  if (!current || broken.length === 0) return [...notTheSame(context, pods.deployment), neverFailed(seen)];
  if (broken.includes(current)) return [stillBroken(seen)];
  const settled = await requireReadyPods(context, { deployment, replicas: { atLeast: replicas } });
  if (!settled.ok) return settled.findings;
  return [...notTheSame(context, pods.deployment), ...notAnUndo({ ...seen, current, broken })];
}

interface Seen {
  readonly wanted: Spec;
  readonly context: LookContext;
  readonly pods: DeploymentPods;
  readonly revisions: readonly Revision[];
}

async function unpullable(
  revisions: readonly Revision[],
  context: LookContext,
): Promise<readonly Revision[]> {
  const judged = revisions.map(async (revision) => {
    const pullable = await Promise.all(revision.images.map((image) => isPullable(image, context)));
    return pullable.every(Boolean) ? [] : [revision];
  });
  return (await Promise.all(judged)).flat();
}

function describe(revisions: readonly Revision[]): string {
  return revisions.map(({ number, images }) => `${String(number)}: ${images.join(" ")}`).join("; ");
}

function history({ wanted, context }: Seen): string {
  return `kubectl -n ${context.namespace} rollout history deployment ${wanted.deployment}`;
}

function neverFailed(seen: Seen): CheckFinding {
  const { deployment } = seen.wanted;
  return {
    object: `Deployment/${deployment}`,
    path: "its ReplicaSets",
    reason: "no-failed-update",
    expected: "a revision whose image cannot be pulled",
    actual: describe(seen.revisions),
    message: `No revision in the history of Deployment ${deployment} has an image that cannot be pulled: there was no failed update to take back, or its ReplicaSet was deleted, or written by hand.`,
    next: history(seen),
  };
}

function stillBroken(seen: Seen): CheckFinding {
  const current = seen.revisions.at(-1);
  const images = current?.images.join(" ") ?? "";
  return {
    object: `Deployment/${seen.wanted.deployment}`,
    path: "spec.template",
    reason: "not-gone-back",
    expected: "an earlier revision, gone back to",
    actual: `revision ${String(current?.number)} with ${images}`,
    message: `The present revision is the failed one: ${images} cannot be pulled, and nobody has gone back yet.`,
    next: `kubectl -n ${seen.context.namespace} rollout undo deployment ${seen.wanted.deployment}`,
  };
}

interface Back extends Seen {
  readonly current: Revision;
  readonly broken: readonly Revision[];
}

/**
 * Kubernetes notes on a ReplicaSet which numbers it had before it was made the present one again: one that was there
 * before a failed revision, and once more after it. Updates that came later have taken nothing of that back.
 */
function notAnUndo(back: Back): readonly CheckFinding[] {
  const { current, broken, revisions } = back;
  const isUndo = broken.some(({ number: failed }) =>
    revisions.some(
      ({ number, earlier }) =>
        earlier.some((before) => before < failed) && [...earlier, number].some((after) => after > failed),
    ),
  );
  if (isUndo) return [];
  return [
    {
      object: `Deployment/${back.wanted.deployment}`,
      path: "spec.template",
      reason: "new-template",
      expected: "the template of a revision before the failed one",
      actual: `revision ${String(current.number)}, which was never there before: ${current.images.join(" ")}`,
      message: `After the failed revision Deployment ${back.wanted.deployment} got a new template, not one that it had before; an undo brings the earlier one back.`,
      next: history(back),
    },
  ];
}
