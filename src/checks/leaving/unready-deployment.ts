import type { Cause } from "../../diagnosis/cause.ts";
import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext } from "../check.ts";

/** Why the first Deployment of the namespace that lacks Ready pods lacks them; undefined where none does. */
export async function unreadyDeployment(context: CheckContext): Promise<Cause | undefined> {
  const { kube, namespace } = context;
  const deployments = await kube.list("Deployment", { namespace });
  const lacking = deployments.find(({ spec, status }) => (status?.readyReplicas ?? 0) < (spec.replicas ?? 1));
  if (!lacking) return undefined;
  const seen = await readDeploymentPods(kube, { namespace, name: lacking.metadata.name });
  return seen && deploymentCause(context, seen);
}
