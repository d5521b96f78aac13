import { missing } from "../../look/missing.ts";
import type { Resolve } from "./fact.ts";

/** An object of the lab's namespace, as the API gives it. */
export const objectFact: Resolve<"object"> = async (
  { object: { apiVersion, kind, name } },
  { kube, namespace },
) => {
  const ref = { kind, name, namespace, ...(apiVersion === undefined ? {} : { apiVersion }) };
  const value = await kube.read(ref);
  return value ? { ok: true, value } : { ok: false, findings: [missing(ref)] };
};
