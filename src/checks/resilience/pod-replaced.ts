import type { CheckContext, CheckFinding } from "../check.ts";
import { replaceOne } from "./replacement.ts";
import type { Spec } from "./pod-replaced-spec.ts";

export async function observe(wanted: Spec, context: CheckContext): Promise<readonly CheckFinding[]> {
  const after = await replaceOne(context, wanted, {
    doing: "deleting",
    done: "deleted",
    take: (pod) => context.kube.remove({ kind: "Pod", ...pod }),
  });
  return after.ok ? [] : after.findings;
}
