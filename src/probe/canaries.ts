import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import type { Pod } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";

/** The Ready pods of manifests/canary, one a worker; they run the probe's image. */
export async function readyCanaries(kube: Kube): Promise<readonly Pod[]> {
  const pods = await kube.list("Pod", { namespace: systemNamespace, labelSelector: "app=canary" });
  return pods.filter((pod) => isLive(pod) && isReady(pod));
}
