import type { LookContext, CheckFinding } from "./look.ts";
import { missing } from "./missing.ts";

/** Where kubectl puts things that name no namespace: the usual slip. */
const usualSlip = "default";

/** The finding for an object that the lab's namespace lacks; one that slipped into `default` is named. */
export async function missingHere(
  { kube, namespace }: LookContext,
  { kind, name }: { readonly kind: string; readonly name: string },
): Promise<CheckFinding> {
  const finding = missing({ kind, name, namespace });
  const slipped = await kube.read({ kind, namespace: usualSlip, name });
  if (!slipped) return finding;
  return {
    ...finding,
    reason: "in-another-namespace",
    actual: `one in namespace ${usualSlip}`,
    message: `There is no ${kind} ${name} in namespace ${namespace}; there is one in ${usualSlip}, which does not count.`,
    next: `kubectl -n ${usualSlip} get ${kind.toLowerCase()} ${name}`,
  };
}
