import type { LookContext, CheckFinding } from "../../look/look.ts";
import { leaving } from "../../look/leaving.ts";
import { missing } from "../../look/missing.ts";
import type { Spec } from "./resource-spec.ts";

export async function observe(
  { object: wanted, conditions }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const { scope, ...ref } = wanted;
  const place = scope === "cluster" ? {} : { namespace: context.namespace };
  const object = await context.kube.read({ ...ref, ...place });
  if (!object) return [missing({ ...ref, ...place })];
  const gone = leaving(object);
  return gone.length > 0 ? gone : conditions.flatMap((condition) => judge(condition, object, context));
}

type Condition = Spec["conditions"][number];

function judge(
  { that, message, path, reason }: Condition,
  object: { readonly kind: string; readonly metadata: { readonly name: string } },
  { namespace }: LookContext,
): readonly CheckFinding[] {
  const { holds, trouble } = that.evaluate(object);
  if (holds) return [];
  const { kind, metadata } = object;
  return [
    {
      reason,
      object: `${kind}/${metadata.name}`,
      ...(path === undefined ? {} : { path }),
      expected: that.source,
      actual: trouble ?? "it does not hold",
      message,
      next: `kubectl -n ${namespace} get ${kind.toLowerCase()} ${metadata.name} -o yaml`,
    },
  ];
}
