import type { KubeObject } from "../../src/kube/objects.ts";

/** What the controller of quotas makes of one: nothing of it is used. */
export function counted({ kind, spec }: KubeObject): object {
  if (kind !== "ResourceQuota") return {};
  const { hard = {} } = (spec ?? {}) as { readonly hard?: Readonly<Record<string, string>> };
  return { status: { hard, used: Object.fromEntries(Object.keys(hard).map((key) => [key, "0"])) } };
}
