import type { CheckContext } from "../../check.ts";
import { requireReadyPods } from "../../workloads/ready-pods.ts";
import { findPodsBehind } from "../../traffic/pods-behind.ts";
import type { FoundFact, Resolve } from "./fact.ts";
import type { DeploymentPods, ServicePods } from "./fact-specs.ts";
import { tellPod } from "./told-pod.ts";

/** Ready pods: those of a Deployment, or those behind a Service. */
export const podsFact: Resolve<"pods"> = ({ pods }, context) =>
  "service" in pods ? behind(pods, context) : own(pods, context);

async function own(wanted: DeploymentPods, context: CheckContext): Promise<FoundFact> {
  const { deployment, ...replicas } = wanted;
  const found = await requireReadyPods(context, { deployment, replicas });
  return found.ok ? { ok: true, value: found.pods.ready.map(tellPod) } : found;
}

async function behind({ service, image }: ServicePods, context: CheckContext): Promise<FoundFact> {
  const found = await findPodsBehind(context, { service, ...(image === undefined ? {} : { image }) });
  return found.ok ? { ok: true, value: found.pods.map(tellPod) } : found;
}
