import { EnvironmentError } from "../errors.ts";
import type { Kube } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { StepProgress } from "../terminal/progress.ts";
import {
  applyNamespace,
  endWorkloads,
  namespaceLabels,
  refuseForeign,
  removeNamespace,
  waitUntilGone,
} from "./lab-namespace.ts";
import type { LabRun } from "./lab-run.ts";
import { sweepNamespace } from "./sweep-namespace.ts";

/**
 * Makes the lab's namespace like a new one, in about a second: Kubernetes needs more than five to delete one. Where
 * that does not do (somebody wrote to the namespace itself, something in it does not go), the namespace is deleted.
 * Until `applyNamespace` it is marked, so that a start after a killed reset does not take what is left for a lab.
 * @throws UsageError when the namespace is not labctl's. EnvironmentError when it can be neither emptied nor deleted.
 */
export async function emptyNamespace(run: LabRun, kube: Kube, progress: StepProgress): Promise<void> {
  const found = await kube.read({ kind: "Namespace", name: run.namespace });
  if (!found) return;
  refuseForeign(found);
  const trouble = isAsStarted(run, found)
    ? await removeContents(run, kube, progress)
    : "it is not as start made it";
  if (trouble === undefined) return;
  progress.title(`Delete namespace ${run.namespace}: ${trouble}`);
  await removeNamespace(run, kube);
  await waitUntilGone(run, kube, progress);
}

/** @returns why the namespace is not empty afterwards; a kind that cannot be listed or deleted after all is a reason, too. */
async function removeContents(run: LabRun, kube: Kube, progress: StepProgress): Promise<string | undefined> {
  try {
    await applyNamespace(run, kube, { leaving: true });
    await endWorkloads(kube, run.namespace);
    const left = await sweepNamespace(run, kube, progress);
    return left.length === 0 ? undefined : `there is still ${left.join(", ")}`;
  } catch (error) {
    if (error instanceof EnvironmentError) return [error.message, error.lastSeen].filter(Boolean).join(" ");
    throw error;
  }
}

/** What the API server writes into a namespace's metadata of its own accord; labels are compared. */
const ownFields = [
  "name",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "labels",
];

/** Carries nothing but what start gave it: no annotation, finalizer or label of somebody else; and is there to stay. */
function isAsStarted(run: LabRun, { metadata }: KubeObject): boolean {
  const given: Readonly<Record<string, string>> = {
    ...namespaceLabels(run),
    "kubernetes.io/metadata.name": run.namespace,
  };
  return (
    Object.keys(metadata).every((field) => ownFields.includes(field)) &&
    Object.entries(metadata.labels ?? {}).every(([key, value]) => given[key] === value)
  );
}
