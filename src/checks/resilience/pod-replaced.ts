import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { replaceOne } from "./replacement.ts";
import type { Spec } from "./pod-replaced-spec.ts";

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const after = await replaceOne(context, wanted, {
    doing: "deleting",
    done: "deleted",
    take: (pod) => context.kube.remove({ kind: "Pod", ...pod }),
  });
  return after.ok ? [] : after.findings;
}
