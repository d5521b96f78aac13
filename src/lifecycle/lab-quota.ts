import { isDeepStrictEqual } from "node:util";
import { createWait } from "../wait.ts";
import type { Kube } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import { labLabels, type LabRun } from "./lab-run.ts";

/**
 * How many of each a lab's namespace may have: many times what any lab asks for, and an end to a loop that makes
 * objects. What they compute and store is bounded by their node.
 * https://kubernetes.io/docs/concepts/policy/resource-quotas/#object-count-quota
 */
const hard = {
  pods: "100",
  services: "50",
  configmaps: "200",
  secrets: "200",
  persistentvolumeclaims: "20",
  "count/deployments.apps": "50",
  "count/replicasets.apps": "500",
  "count/statefulsets.apps": "50",
  "count/daemonsets.apps": "50",
  "count/jobs.batch": "200",
  "count/cronjobs.batch": "50",
  "count/ingresses.networking.k8s.io": "50",
};

const ref = { apiVersion: "v1", kind: "ResourceQuota", name: "labctl" };

/** Until Kubernetes has counted what is there, it takes nothing new: usually within a second. */
const countedWithinMs = 30_000;

/** Whether an object of a lab's namespace is its quota as start made it: then it stays when the rest is removed. */
export function isLabQuota({ kind, metadata, spec }: KubeObject): boolean {
  const isThere = kind === ref.kind && metadata.name === ref.name && metadata.deletionTimestamp === undefined;
  return isThere && isDeepStrictEqual(spec, { hard });
}

/** Applies it and waits until it counts. A cluster that counts nothing (no controller) is left to go on without it. */
export async function applyQuota(run: LabRun, kube: Kube): Promise<void> {
  const { namespace, context } = run;
  const quota = {
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: ref.name, namespace, labels: labLabels(run) },
    spec: { hard },
  };
  await kube.apply(quota);
  await createWait(
    context.deps.clock,
    kube,
  )({
    observe: async () => {
      const found = await kube.read({ ...ref, namespace });
      const { used = {} } = (found?.["status"] ?? {}) as { readonly used?: Readonly<Record<string, string>> };
      return { done: Object.keys(hard).every((key) => key in used), value: undefined };
    },
    watch: [ref],
    namespace,
    withinMs: countedWithinMs,
    signal: context.deps.signal,
  });
}
