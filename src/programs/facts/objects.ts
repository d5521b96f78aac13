import type { Resolve } from "./fact.ts";

/** All objects of a kind in the lab's namespace; none is a fact, too. */
export const objectsFact: Resolve<"objects"> = async (
  { objects: { apiVersion, kind, labelSelector } },
  { kube, namespace },
) => {
  const ref = { kind, ...(apiVersion === undefined ? {} : { apiVersion }) };
  const options = { namespace, ...(labelSelector === undefined ? {} : { labelSelector }) };
  return { ok: true, value: await kube.list(ref, options) };
};
