import { deploymentCause } from "../diagnosis/deployment-cause.ts";
import { readDeploymentPods, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { LookContext, CheckFinding, Found } from "./look.ts";
import { leaving } from "./leaving.ts";
import { missingHere } from "./missing-here.ts";
import { askStanding, notStanding } from "./standing-pods.ts";
import { describeReplicas, satisfiesReplicas, type Replicas } from "./replicas.ts";

/** Either the pods that a check goes on with, or the findings that say why it cannot. */
export type ReadyPods = Found<{ readonly pods: DeploymentPods }>;

interface Wanted {
  readonly deployment: string;
  readonly replicas: Replicas;
}

/** Reads a Deployment's own pods and wants so many of them Ready, and really running; all of them, when it says `exactly`. */
export async function requireReadyPods(context: LookContext, wanted: Wanted): Promise<ReadyPods> {
  const { kube, namespace } = context;
  const pods = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  if (!pods) {
    const finding = await missingHere(context, { kind: "Deployment", name: wanted.deployment });
    return { ok: false, findings: [finding] };
  }
  const gone = leaving(pods.deployment);
  if (gone.length > 0) return { ok: false, findings: gone };
  const { standing, hollow } = await askStanding(context, pods.ready);
  const enough = satisfiesReplicas(wanted.replicas, standing.length);
  const strays = "exactly" in wanted.replicas && pods.live.length !== standing.length;
  if (enough && !strays) return { ok: true, pods: { ...pods, ready: standing } };
  if (hollow[0]) return { ok: false, findings: [notStanding(hollow[0], context)] };
  return { ok: false, findings: [await tooFew(context, wanted, pods)] };
}

async function tooFew(context: LookContext, wanted: Wanted, pods: DeploymentPods): Promise<CheckFinding> {
  const cause = await deploymentCause(context, pods);
  const { ready, live } = pods;
  return {
    object: `Deployment/${wanted.deployment}`,
    path: "status.readyReplicas",
    reason: cause.reason,
    expected: describeReplicas(wanted.replicas),
    actual: `${String(ready.length)} Ready of ${String(live.length)}`,
    message: cause.message,
    next: cause.next,
  };
}
