import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import type { KindRef, Kube, ObjectRef } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { Progress, StepProgress } from "../terminal/progress.ts";
import { emptyNamespace } from "./empty-namespace.ts";
import { applyNamespace, removeNamespace, waitUntilGone } from "./lab-namespace.ts";
import { restoreNodes } from "./lab-nodes.ts";
import { labLabels, type LabRun } from "./lab-run.ts";
import { refuseOtherLab } from "./own-state.ts";
import { removeLeftovers } from "./remove-leftovers.ts";
import { startLab, type StartedLab } from "./start-lab.ts";
import { removeLabState } from "../records/state.ts";

/** What a lab's manifests, and the charts that are installed in it, may put beside its namespace. */
const clusterScopedKinds: readonly KindRef[] = [
  { apiVersion: "v1", kind: "PersistentVolume" },
  { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
  { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" },
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding" },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
];

/**
 * Back to the start: everything of the lab removed, then started anew in the same namespace.
 * @throws UsageError when the namespace is another lab's.
 */
export async function resetLab(run: LabRun, progress: Progress): Promise<StartedLab> {
  const kube = await run.context.kube();
  await refuseOtherLab(run, kube);
  await progress.step(`Empty namespace ${run.namespace} of lab ${run.lab.id}`, async (step) => {
    await emptyNamespace(run, kube, step);
    await removeBesides(run, kube, step);
    await applyNamespace(run, kube);
  });
  return startLab(run, progress);
}

/** Removes all that is of the lab, its namespace included. */
export async function removeLab(run: LabRun, progress: Progress): Promise<void> {
  const kube = await run.context.kube();
  await progress.step(`Remove lab ${run.lab.id} from namespace ${run.namespace}`, async (step) => {
    await removeNamespace(run, kube);
    await waitUntilGone(run, kube, step);
    await removeBesides(run, kube, step);
  });
}

/** What is not in the namespace. What labctl remembers goes last, so that a killed removal is taken up again. */
async function removeBesides(run: LabRun, kube: Kube, step: StepProgress): Promise<void> {
  await removeOtherNamespaces(run, kube, step);
  await removeClusterScoped(run, kube);
  await restoreNodes(run, kube);
  await removeLeftovers(run, step);
  await removeLabState(kube, run.namespace);
}

/** They go as the lab's own does: a door that is left in one of them would answer for what is started anew. */
async function removeOtherNamespaces(run: LabRun, kube: Kube, step: StepProgress): Promise<void> {
  const found = await kube.list("Namespace", { labelSelector: ownSelector(run) });
  const others = found
    .map(({ metadata: { name } }): LabRun => ({ ...run, namespace: name }))
    .filter(({ namespace }) => namespace !== run.namespace);
  for (const other of others) await removeNamespace(other, kube);
  for (const other of others) await waitUntilGone(other, kube, step);
}

/** Waits for what does not go at once: a kind takes its objects with it, and what is going cannot be installed anew. */
async function removeClusterScoped(run: LabRun, kube: Kube): Promise<void> {
  const labelSelector = ownSelector(run);
  for (const kind of clusterScopedKinds) {
    const own = await kube.list(kind, { labelSelector });
    const released = await kube.list(kind, { labelSelector: "app.kubernetes.io/managed-by=Helm" });
    const ofHelm = released.filter((object) => isReleasedIn(object, run.namespace));
    const found = [...own, ...ofHelm].map(({ metadata: { name } }): ObjectRef => ({ ...kind, name }));
    for (const ref of found) await kube.remove(ref);
    await waitUntilNone(run, kube, found);
  }
}

/** Kinds with many objects need seconds. */
const clusterScopedGoneWithinMs = 60_000;

async function waitUntilNone(run: LabRun, kube: Kube, refs: readonly ObjectRef[]): Promise<void> {
  const { clock, signal } = run.context.deps;
  for (const ref of refs) {
    const waited = await createWait(
      clock,
      kube,
    )({
      observe: async () => {
        const value = await kube.read(ref);
        return { done: value === undefined, value };
      },
      watch: [ref],
      withinMs: clusterScopedGoneWithinMs,
      signal,
    });
    if (!waited.done) throw stillThere(ref, waited.value);
  }
}

function stillThere({ kind, name }: ObjectRef, found: KubeObject | undefined): EnvironmentError {
  return new EnvironmentError({
    message: `${kind} ${name} is still there ${String(clusterScopedGoneWithinMs / 1000)} s after it was deleted.`,
    lastSeen: JSON.stringify(found?.["status"] ?? found?.metadata ?? {}),
    hint: `Look what holds it: kubectl get ${kind.toLowerCase()} ${name} -o yaml`,
  });
}

function ownSelector(run: LabRun): string {
  return Object.entries(labLabels(run))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** Whether a release of this namespace has made it: https://helm.sh/docs/chart_best_practices/labels/#standard-labels */
function isReleasedIn({ metadata }: KubeObject, namespace: string): boolean {
  return metadata.annotations?.["meta.helm.sh/release-namespace"] === namespace;
}
