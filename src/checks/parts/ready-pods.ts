import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { readDeploymentPods, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { missing } from "./missing.ts";
import { describeReplicas, satisfiesReplicas, type Replicas } from "./replicas.ts";

/** Either the pods that a check goes on with, or the findings that say why it cannot. */
export type ReadyPods =
  | { readonly ok: true; readonly pods: DeploymentPods }
  | { readonly ok: false; readonly findings: readonly CheckFinding[] };

interface Wanted {
  readonly deployment: string;
  readonly replicas: Replicas;
}

/** Reads a Deployment's own pods and wants so many of them Ready; all of them, when it says `exactly`. */
export async function requireReadyPods(context: CheckContext, wanted: Wanted): Promise<ReadyPods> {
  const { kube, namespace } = context;
  const pods = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  if (!pods) return { ok: false, findings: [await noDeployment(context, wanted.deployment)] };
  const enough = satisfiesReplicas(wanted.replicas, pods.ready.length);
  const strays = "exactly" in wanted.replicas && pods.live.length !== pods.ready.length;
  if (enough && !strays) return { ok: true, pods };
  return { ok: false, findings: [await tooFew(context, wanted, pods)] };
}

/** Where kubectl puts things that name no namespace: the usual slip. */
const usualSlip = "default";

async function noDeployment({ kube, namespace }: CheckContext, name: string): Promise<CheckFinding> {
  const finding = missing({ kind: "Deployment", name, namespace });
  const slipped = await kube.read({ kind: "Deployment", namespace: usualSlip, name });
  if (!slipped) return finding;
  return {
    ...finding,
    actual: `one in namespace ${usualSlip}`,
    message: `There is no Deployment ${name} in namespace ${namespace}; there is one in ${usualSlip}, which does not count.`,
    next: `kubectl -n ${usualSlip} get deployment ${name}`,
  };
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
