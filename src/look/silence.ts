import type { Cause } from "../diagnosis/cause.ts";
import { serviceCause } from "../diagnosis/service-cause.ts";
import { readDeploymentPods } from "../kube/deployment-pods.ts";
import type { Service } from "../kube/objects.ts";
import type { LookContext } from "./look.ts";

/** Why a Service does not answer, as far as its selector, its ports and its pods tell. */
export async function explainSilence(
  context: LookContext,
  service: Service,
  deployment?: string,
): Promise<Cause | undefined> {
  const { kube, namespace } = context;
  const pods = await kube.list("Pod", { namespace });
  if (deployment === undefined) return serviceCause(context, { service, pods });
  const owned = await readDeploymentPods(kube, { namespace, name: deployment });
  return serviceCause(context, { service, pods, wanted: { deployment, pods: owned?.live ?? [] } });
}
