import type { KubeReads } from "../kube/kube.ts";
import { parseState, type StoredState } from "./state.ts";
import { systemNamespace } from "./system-namespace.ts";

/** What is remembered of every started lab, in the order of their namespaces. */
export async function listStartedLabs(kube: KubeReads): Promise<readonly StoredState[]> {
  const labelSelector = "app.kubernetes.io/managed-by=labctl";
  const stored = await kube.list("ConfigMap", { namespace: systemNamespace, labelSelector });
  return stored.flatMap((object) => parseState(object) ?? []);
}
