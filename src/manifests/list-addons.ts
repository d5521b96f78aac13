import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { KubeReads } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import { loadManifests } from "./load-manifests.ts";
import { systemNamespace } from "../records/system-namespace.ts";

export interface AddonStatus {
  readonly name: string;
  readonly state: "absent" | "starting" | "ready";
}

/**
 * The add-ons of `manifests/`, judged by the Deployments and DaemonSets that each is made of. What labctl runs for
 * itself, in its own namespace, is none.
 */
export async function listAddons(project: string, kube: KubeReads): Promise<readonly AddonStatus[]> {
  const root = join(project, "manifests");
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, state: await observe(join(root, name), kube) })),
  );
}

async function observe(folder: string, kube: KubeReads): Promise<AddonStatus["state"]> {
  const workloads = (await loadManifests(folder)).filter(isAddonWorkload);
  const found = await Promise.all(
    workloads.map(({ apiVersion, kind, metadata: { name, namespace } }) =>
      kube.read({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }),
    ),
  );
  if (found.every((object) => object === undefined)) return "absent";
  return found.every((object) => object !== undefined && isReady(object)) ? "ready" : "starting";
}

function isAddonWorkload({ kind, metadata }: KubeObject): boolean {
  return (kind === "Deployment" || kind === "DaemonSet") && metadata.namespace !== systemNamespace;
}

interface WorkloadStatus {
  readonly readyReplicas?: number;
  readonly numberReady?: number;
  readonly desiredNumberScheduled?: number;
}

function isReady({ kind, spec, status }: KubeObject): boolean {
  const { readyReplicas = 0, numberReady = 0, desiredNumberScheduled = 1 } = (status ?? {}) as WorkloadStatus;
  if (kind === "DaemonSet") return numberReady >= desiredNumberScheduled;
  return readyReplicas >= ((spec as { readonly replicas?: number }).replicas ?? 1);
}
