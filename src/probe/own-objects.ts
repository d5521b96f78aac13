import type { KindRef, Kube } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";

/** The label of what a check makes for a look of its own; its value is the lab's namespace. */
const label = "labctl.dev/look";
const kinds: readonly KindRef[] = [
  { apiVersion: "batch/v1", kind: "Job" },
  { apiVersion: "v1", kind: "Pod" },
  { apiVersion: "v1", kind: "ServiceAccount" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
];

export function ownLabels(namespace: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/managed-by": "labctl", [label]: namespace };
}

/** The lab's namespace that an object was made for. */
export function labOfOwn({ metadata }: KubeObject): string {
  return metadata.labels?.[label] ?? "";
}

/** Those of one lab, or of all. */
export async function listOwnObjects(kube: Kube, namespace?: string): Promise<readonly KubeObject[]> {
  const labelSelector = namespace === undefined ? label : `${label}=${namespace}`;
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind, { labelSelector })));
  return lists.flat();
}

/** Removes what a killed labctl left behind: of one lab, or of all. Returns how many there were. */
export async function removeOwnObjects(kube: Kube, namespace?: string): Promise<number> {
  const found = await listOwnObjects(kube, namespace);
  for (const { apiVersion, kind, metadata } of found) {
    const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
    await kube.remove({ apiVersion, kind, name: metadata.name, ...place }, { graceSeconds: 0 });
  }
  return found.length;
}
