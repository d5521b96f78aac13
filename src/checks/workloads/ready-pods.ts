import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { readDeploymentPods, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { missingHere } from "../objects/missing-here.ts";
import { describeReplicas, satisfiesReplicas, type Replicas } from "./replicas.ts";

/** Either the pods that a check goes on with, or the findings that say why it cannot. */
export type ReadyPods = Found<{ readonly pods: DeploymentPods }>;

interface Wanted {
  readonly deployment: string;
  readonly replicas: Replicas;
}

/** Reads a Deployment's own pods and wants so many of them Ready; all of them, when it says `exactly`. */
export async function requireReadyPods(context: CheckContext, wanted: Wanted): Promise<ReadyPods> {
  const { kube, namespace } = context;
  const pods = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  if (!pods) {
    const finding = await missingHere(context, { kind: "Deployment", name: wanted.deployment });
    return { ok: false, findings: [finding] };
  }
  const enough = satisfiesReplicas(wanted.replicas, pods.ready.length);
  const strays = "exactly" in wanted.replicas && pods.live.length !== pods.ready.length;
  if (enough && !strays) return { ok: true, pods };
  return { ok: false, findings: [await tooFew(context, wanted, pods)] };
}

async function tooFew(context: CheckContext, wanted: Wanted, pods: DeploymentPods): Promise<CheckFinding> {
  const cause = await deploymentCause(context, pods);
  const { ready, live } = pods;
  return {
    object: `Deployment/${wanted.deployment}`,
    path: "status.readyReplicas",
    expected: describeReplicas(wanted.replicas),
    actual: `${String(ready.length)} Ready of ${String(live.length)}`,
    message: cause.message,
    next: cause.next,
  };
}
