import { differsAt } from "../kube/as-sent.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { KubeReads } from "../kube/kube.ts";
import { adopt, type MadeObject } from "../kube/made-object.ts";
import type { DaemonSet, KubeObject, Pod } from "../kube/objects.ts";
import { loadManifests } from "../manifests/load-manifests.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { pushedDigest, runsPushed } from "./pushed-image.ts";

export interface Canary extends MadeObject {
  readonly pod: Pod;
}

/**
 * The Ready pods of manifests/canary, one a worker, that are as it says; they run the probe's image.
 * @param folder that manifest's.
 */
export async function readyCanaries(kube: KubeReads, folder: string): Promise<readonly Canary[]> {
  const { asMade } = await readCanaries(kube, folder);
  return asMade.filter(({ pod }) => isReady(pod));
}

/** Those that are not as it says, or run another image than labctl pushed: an earlier labctl's, or somebody else's. */
export async function strangeCanaries(kube: KubeReads, folder: string): Promise<readonly Pod[]> {
  return (await readCanaries(kube, folder)).strange;
}

interface Canaries {
  readonly asMade: readonly Canary[];
  readonly strange: readonly Pod[];
}

async function readCanaries(kube: KubeReads, folder: string): Promise<Canaries> {
  const all = await kube.list("Pod", { namespace: systemNamespace, labelSelector: "app=canary" });
  const { template } = (await readDaemonSet(folder)).spec;
  const image = template.spec.containers[0]?.image ?? "";
  const digest = await pushedDigest(kube, image);
  const asMade: Canary[] = [];
  const strange: Pod[] = [];
  for (const pod of all.filter(isLive)) {
    const sent = podOf(template.spec, pod);
    const isAsMade = differsAt(pod, sent) === undefined && runsPushed(pod, digest);
    if (isAsMade) asMade.push({ ...adopt(pod, sent), pod });
    else strange.push(pod);
  }
  return { asMade, strange };
}

async function readDaemonSet(folder: string): Promise<DaemonSet> {
  const found = (await loadManifests(folder)).find(({ kind }) => kind === "DaemonSet");
  if (!found) throw new Error(`There is no DaemonSet in ${folder}.`);
  return found as DaemonSet;
}

/** As its controller makes it, which says in `affinity` what node it is for. */
function podOf(spec: Pod["spec"], { apiVersion, kind, metadata, spec: { affinity } }: Pod): KubeObject {
  return { apiVersion, kind, metadata, spec: { ...spec, affinity } };
}
