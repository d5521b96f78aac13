import type { Kube } from "../kube/kube.ts";
import { systemNamespace, type LabState } from "./state.ts";

/** What is remembered of every started lab, in the order of their namespaces. */
export async function listStartedLabs(kube: Kube): Promise<readonly LabState[]> {
  const labelSelector = "app.kubernetes.io/managed-by=labctl";
  const stored = await kube.list("ConfigMap", { namespace: systemNamespace, labelSelector });
  return stored.flatMap(({ data }) => {
    const text = data?.["state.json"];
    return text === undefined ? [] : [JSON.parse(text) as LabState];
  });
}
