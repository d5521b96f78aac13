import { EnvironmentError, UsageError } from "../errors.ts";
import { createWait } from "../wait.ts";
import type { KindRef, Kube } from "../kube/kube.ts";
import type { Condition, KubeObject } from "../kube/objects.ts";
import type { StepProgress } from "../terminal/progress.ts";
import { podSecurityLabel } from "../lab/lab-objects.ts";
import { applyQuota } from "./lab-quota.ts";
import { labLabels, type LabRun } from "./lab-run.ts";
import { systemNamespace } from "../records/system-namespace.ts";

/** A namespace's own finalizers usually need seconds; volumes with a slow provisioner up to a minute. */
const goneWithinMs = 180_000;

/** An annotation of a namespace that is being emptied; it stays there when that is cut off. */
const leavingMark = "labctl.dev/leaving";

/** Whether the lab's namespace is there and is not about to go. */
export async function hasNamespace(kube: Kube, namespace: string): Promise<boolean> {
  const found = await kube.read({ kind: "Namespace", name: namespace });
  return found !== undefined && found.metadata.deletionTimestamp === undefined && !isLeaving(found);
}

function isLeaving({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[leavingMark] !== undefined;
}

/**
 * The lab's namespace, and the one that labctl remembers in; waits while an old one is still being deleted, and deletes
 * one that a killed reset left half empty.
 * @throws UsageError when the namespace is not labctl's.
 */
export async function ensureNamespace(run: LabRun, kube: Kube, progress: StepProgress): Promise<void> {
  const found = await kube.read({ kind: "Namespace", name: run.namespace });
  if (found) {
    refuseForeign(found);
    const isGoing = found.metadata.deletionTimestamp !== undefined;
    if (isLeaving(found) && !isGoing) await removeNamespace(run, kube);
    if (isLeaving(found) || isGoing) await waitUntilGone(run, kube, progress);
  }
  await kube.apply(
    namespaceObject(systemNamespace, { labels: { "app.kubernetes.io/managed-by": "labctl" } }),
  );
  await applyNamespace(run, kube);
  await applyQuota(run, kube);
}

/** The lab's namespace as start gives it; `leaving` marks it as one to be emptied, and without it the mark goes. */
export async function applyNamespace(run: LabRun, kube: Kube, { leaving = false } = {}): Promise<void> {
  const annotations = leaving ? { annotations: { [leavingMark]: "true" } } : {};
  await kube.apply(namespaceObject(run.namespace, { labels: namespaceLabels(run), ...annotations }));
}

/** Of a lab's namespace: no pod in it, whatever made it, reaches its node. */
export function namespaceLabels(run: LabRun): Readonly<Record<string, string>> {
  return { ...labLabels(run), [podSecurityLabel]: "baseline" };
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
export async function endWorkloads(kube: Kube, namespace: string): Promise<void> {
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
    lastSeen: holding(waited.value?.["status"]),
    hint: `Remove that, or its finalizers, then run the command again: kubectl get namespace ${namespace} --output yaml`,
  });
}

/** What Kubernetes says is left in a namespace, and by whose finalizers: `kubectl get all` shows few of the kinds. */
function holding(status: unknown): string {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  const held = conditions.flatMap((each) => (each.status === "True" ? (each.message ?? []) : []));
  return held.length > 0 ? held.join("\n") : JSON.stringify(status ?? {});
}

/** @throws UsageError for a namespace that labctl did not make. */
export function refuseForeign(found: KubeObject): void {
  if (found.metadata.labels?.["app.kubernetes.io/managed-by"] === "labctl") return;
  const { name } = found.metadata;
  throw new UsageError({
    message: `Namespace ${name} was not made by labctl.`,
    lastSeen: `its labels: ${JSON.stringify(found.metadata.labels ?? {})}`,
    hint: "Choose another namespace with -n, or delete this one yourself.",
  });
}

function namespaceObject(name: string, metadata: Partial<KubeObject["metadata"]>): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { ...metadata, name } };
}
