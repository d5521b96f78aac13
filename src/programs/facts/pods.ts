import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { LookContext } from "../../look/look.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { askStanding } from "../../look/standing-pods.ts";
import { findPodsBehind } from "../../look/pods-behind.ts";
import type { FoundFact, Resolve } from "./fact.ts";
import type { DeploymentPods, ServicePods } from "./fact-specs.ts";
import { tellPod } from "./told-pod.ts";

/** Ready pods: those of a Deployment, or those behind a Service. */
export const podsFact: Resolve<"pods"> = ({ pods }, context) =>
  "service" in pods ? behind(pods, context) : own(pods, context);

async function own(wanted: DeploymentPods, context: LookContext): Promise<FoundFact> {
  const { deployment, ...replicas } = wanted;
  if ("atLeast" in replicas && replicas.atLeast === 0) return some(deployment, context);
  const found = await requireReadyPods(context, { deployment, replicas });
  return found.ok ? { ok: true, value: found.pods.ready.map(tellPod) } : found;
}

/** However many stand, none among them; for a program that tells by itself what too few are. */
async function some(name: string, context: LookContext): Promise<FoundFact> {
  const { kube, namespace } = context;
  const pods = await readDeploymentPods(kube, { namespace, name });
  const { standing } = await askStanding(context, pods?.ready ?? []);
  return { ok: true, value: standing.map(tellPod) };
}

async function behind({ service, image }: ServicePods, context: LookContext): Promise<FoundFact> {
  const found = await findPodsBehind(context, { service, ...(image === undefined ? {} : { image }) });
  return found.ok ? { ok: true, value: found.pods.map(tellPod) } : found;
}
