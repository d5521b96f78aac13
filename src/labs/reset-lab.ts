import type { KindRef, Kube } from "../kube/kube.ts";
import type { Progress } from "../terminal/progress.ts";
import { removeNamespace, waitUntilGone } from "./lab-namespace.ts";
import { restoreNodes } from "./lab-nodes.ts";
import { labLabels, type LabRun } from "./lab-run.ts";
import { removeLeftovers } from "./remove-leftovers.ts";
import { startLab, type StartedLab } from "./start-lab.ts";
import { removeLabState } from "./state.ts";

/** What a lab's manifests may put beside its namespace. */
const clusterScopedKinds: readonly KindRef[] = [
  { apiVersion: "v1", kind: "Namespace" },
  { apiVersion: "v1", kind: "PersistentVolume" },
  { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
  { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" },
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding" },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
];

/** Back to the start: everything of the lab removed, then started anew. */
export async function resetLab(run: LabRun, progress: Progress): Promise<StartedLab> {
  await removeLab(run, progress);
  return startLab(run, progress);
}

/**
 * Removes all that is of the lab. What labctl remembers goes last, so that a killed removal is taken up again.
 * @param options.wait false: the namespace may still be going when this returns (`awaitRemoved`).
 */
export async function removeLab(
  run: LabRun,
  progress: Progress,
  { wait = true }: { readonly wait?: boolean } = {},
): Promise<void> {
  const kube = await run.context.kube();
  await progress.step(`Remove lab ${run.lab.id} from namespace ${run.namespace}`, async (step) => {
    await removeNamespace(run, kube);
    if (wait) await waitUntilGone(run, kube, step);
    await removeClusterScoped(run, kube);
    await restoreNodes(run, kube);
    await removeLeftovers(run, step);
    await removeLabState(kube, run.namespace);
  });
}

/** Returns when nothing is left of namespaces that were removed without a wait. */
export async function awaitRemoved(runs: readonly LabRun[], progress: Progress): Promise<void> {
  await progress.step(`Wait until ${String(runs.length)} namespaces are gone`, (step) =>
    Promise.all(runs.map(async (run) => waitUntilGone(run, await run.context.kube(), step))),
  );
}

async function removeClusterScoped(run: LabRun, kube: Kube): Promise<void> {
  const labelSelector = Object.entries(labLabels(run))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  for (const kind of clusterScopedKinds) {
    for (const { metadata } of await kube.list(kind, { labelSelector })) {
      await kube.remove({ ...kind, name: metadata.name });
    }
  }
}
