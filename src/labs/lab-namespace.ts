import { EnvironmentError, UsageError } from "../errors.ts";
import { createWait } from "../grade/wait.ts";
import type { KindRef, Kube } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { StepProgress } from "../terminal/progress.ts";
import { labLabels, type LabRun } from "./lab-run.ts";
import { systemNamespace } from "./state.ts";

/** A namespace's own finalizers usually need seconds; volumes with a slow provisioner up to a minute. */
const goneWithinMs = 180_000;

/** Whether the lab's namespace is there and is not about to go. */
export async function hasNamespace(kube: Kube, namespace: string): Promise<boolean> {
  const found = await kube.read({ kind: "Namespace", name: namespace });
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
}

/**
 * The lab's namespace, and the one that labctl remembers in; waits while an old one is still being deleted.
 * @throws UsageError when the namespace is not labctl's.
 */
export async function ensureNamespace(run: LabRun, kube: Kube, progress: StepProgress): Promise<void> {
  const found = await kube.read({ kind: "Namespace", name: run.namespace });
  if (found) refuseForeign(found);
  if (found?.metadata.deletionTimestamp !== undefined) await waitUntilGone(run, kube, progress);
  await kube.apply(namespaceObject(systemNamespace, { "app.kubernetes.io/managed-by": "labctl" }));
  await kube.apply(namespaceObject(run.namespace, labLabels(run)));
}

/** Ends what runs in the lab's namespace and deletes it; returns before it is gone. @throws UsageError for a foreign one. */
export async function removeNamespace(run: LabRun, kube: Kube): Promise<void> {
  const found = await kube.read({ kind: "Namespace", name: run.namespace });
  if (!found) return;
  refuseForeign(found);
  await endWorkloads(kube, run.namespace);
  await kube.remove({ kind: "Namespace", name: run.namespace });
}

/** Kinds that would make their pods anew, owners before what they own; and doors, which other namespaces may open anew. */
const controllers: readonly KindRef[] = [
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
  { apiVersion: "batch/v1", kind: "CronJob" },
  { apiVersion: "batch/v1", kind: "Job" },
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "apps/v1", kind: "ReplicaSet" },
];

/** Ends the pods at once: left to itself, a namespace waits for each one's grace period, 30 s for a `sleep`. */
async function endWorkloads(kube: Kube, namespace: string): Promise<void> {
  for (const kind of controllers) {
    const found = await kube.list(kind, { namespace });
    await Promise.all(found.map(({ metadata: { name } }) => kube.remove({ ...kind, name, namespace })));
  }
  const pods = await kube.list("Pod", { namespace });
  const now = { graceSeconds: 0 };
  await Promise.all(pods.map(({ metadata: { name } }) => kube.remove({ kind: "Pod", name, namespace }, now)));
}

/** Kubernetes takes its time: it looks at a namespace for the first time 5 s after it was deleted. */
export async function waitUntilGone(
  { namespace, context }: LabRun,
  kube: Kube,
  progress: StepProgress,
): Promise<void> {
  const { clock, signal } = context.deps;
  progress.detail(`waiting until namespace ${namespace} is gone`);
  const waited = await createWait(
    clock,
    kube,
  )<KubeObject | undefined>({
    observe: async () => {
      const value = await kube.read({ kind: "Namespace", name: namespace });
      return { done: value === undefined, value };
    },
    watch: ["Namespace"],
    withinMs: goneWithinMs,
    signal,
  });
  if (waited.done) return;
  throw new EnvironmentError({
    message: `Namespace ${namespace} is still being deleted after ${String(goneWithinMs / 1000)} s.`,
    lastSeen: JSON.stringify(waited.value?.["status"] ?? {}),
    hint: `Look what holds it: kubectl get all --namespace ${namespace}`,
  });
}

function refuseForeign(found: KubeObject): void {
  if (found.metadata.labels?.["app.kubernetes.io/managed-by"] === "labctl") return;
  const { name } = found.metadata;
  throw new UsageError({
    message: `Namespace ${name} was not made by labctl.`,
    lastSeen: `its labels: ${JSON.stringify(found.metadata.labels ?? {})}`,
    hint: "Choose another namespace with -n, or delete this one yourself.",
  });
}

function namespaceObject(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}
