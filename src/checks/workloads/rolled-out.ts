import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import { readHistory } from "../../kube/revisions.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { runsOtherImages } from "./other-images.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { historyLimit } from "../../kube/revisions.ts";
import { notTheSame } from "./same-deployment.ts";
import type { Spec } from "./rolled-out-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const { deployment, replicas } = wanted;
  const found = await requireReadyPods(context, { deployment, replicas: { atLeast: replicas } });
  if (!found.ok) return found.findings;
  return [
    ...notTheSame(context, found.pods.deployment),
    ...runsOtherImages(context, found.pods, wanted.to),
    ...noHistory(wanted, context, found.pods),
  ];
}

function noHistory(
  { deployment, from, to }: Spec,
  { namespace }: LookContext,
  pods: DeploymentPods,
): readonly CheckFinding[] {
  const revisions = readHistory(pods);
  const hasOld = revisions.some(({ images }) => images.includes(from) && !images.includes(to));
  if (hasOld) return [];
  const why =
    historyLimit(pods.deployment) === 0
      ? "its revisionHistoryLimit is 0, so nothing is kept to go back to"
      : "an update keeps the old ReplicaSet; a new Deployment has none, and one that is written by hand is none";
  const actual = revisions.map(({ number, images }) => `${String(number)}: ${images.join(" ")}`).join("; ");
  return [
    {
      object: `Deployment/${deployment}`,
      path: "its ReplicaSets",
      reason: "revision-missing",
      expected: `a revision with ${from}`,
      actual,
      message: `The history of Deployment ${deployment} holds no revision with ${from}: ${why}.`,
      next: `kubectl -n ${namespace} rollout history deployment ${deployment}`,
    },
  ];
}
