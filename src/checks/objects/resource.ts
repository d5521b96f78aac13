import { z } from "zod";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { celExpression } from "./cel-expression.ts";
import { missing } from "./missing.ts";

const spec = z.strictObject({
  kind: z.literal("resource"),
  object: z
    .strictObject({
      apiVersion: z.string().optional().describe("Needed for kinds beyond the common ones."),
      kind: z.string().min(1),
      name: z.string().min(1),
      scope: z.enum(["namespace", "cluster"]).default("namespace"),
    })
    .describe("The object, in the lab's namespace unless it belongs to the whole cluster."),
  conditions: z
    .array(
      z.strictObject({
        that: celExpression.describe("CEL over `object`."),
        message: z.string().min(1).describe("What is wrong when it does not hold, for the student."),
        path: z.string().optional().describe("The field it is about."),
      }),
    )
    .default([])
    .describe("Without any, it is enough that the object exists."),
});

/** Conditions on one object, in CEL. */
export const resource = defineCheck({
  kind: "resource",
  summary: "An object exists and conditions in CEL hold for it.",
  spec,
  async observe({ object: wanted, conditions }, context) {
    const { scope, ...ref } = wanted;
    const place = scope === "cluster" ? {} : { namespace: context.namespace };
    const object = await context.kube.read({ ...ref, ...place });
    if (!object) return [missing({ ...ref, ...place })];
    return conditions.flatMap((condition) => judge(condition, object, context));
  },
});

type Condition = z.infer<typeof spec>["conditions"][number];

function judge(
  { that, message, path }: Condition,
  object: { readonly kind: string; readonly metadata: { readonly name: string } },
  { namespace }: CheckContext,
): readonly CheckFinding[] {
  const { holds, trouble } = that.evaluate(object);
  if (holds) return [];
  const { kind, metadata } = object;
  return [
    {
      object: `${kind}/${metadata.name}`,
      ...(path === undefined ? {} : { path }),
      expected: that.source,
      actual: trouble ?? "it does not hold",
      message,
      next: `kubectl -n ${namespace} get ${kind.toLowerCase()} ${metadata.name} -o yaml`,
    },
  ];
}
