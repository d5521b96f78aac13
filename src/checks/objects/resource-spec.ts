import { z } from "zod";
import { defineCheck } from "../check.ts";
import { celExpression } from "./cel-expression.ts";

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
        reason: z.string().default("condition-not-met").describe("What hints and cases refer to."),
      }),
    )
    .default([])
    .describe("Without any, it is enough that the object exists."),
});

export type Spec = z.infer<typeof spec>;

/** Conditions on one object, in CEL. */
export const resource = defineCheck({
  kind: "resource",
  does: "looks",
  summary: "An object exists and conditions in CEL hold for it.",
  spec,
  observer: () => import("./resource.ts"),
});
