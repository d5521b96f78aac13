import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z
  .strictObject({
    kind: z.literal("helm-upgraded"),
    release: z.string().min(1),
    version: z.string().min(1).optional().describe("The chart's version that it was upgraded to."),
    values: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("By path: what the templates saw before, and again after the upgrade."),
    replicas: z
      .strictObject({ deployment: z.string().min(1), count: z.int().positive() })
      .optional()
      .describe("The last revision asks for so many, and one before it asked for fewer."),
  })
  .refine(({ version, replicas }) => version !== undefined || replicas !== undefined, {
    error: "it was upgraded to something: version, or replicas",
  });

export type Spec = z.infer<typeof spec>;

/** An upgrade: an earlier revision of the same install had another version, or fewer replicas of a Deployment. */
export const helmUpgraded = defineCheck({
  kind: "helm-upgraded",
  does: "looks",
  summary:
    "A Helm release was upgraded to a version of its chart, with its values kept, or to more replicas of a Deployment, as the same release.",
  spec,
  observer: () => import("./helm-upgraded.ts"),
});
