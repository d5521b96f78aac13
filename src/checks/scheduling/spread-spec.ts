import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("spread"),
  deployment: z.string().min(1),
  replicas: replicas.describe("Ready pods, each on a node of its own."),
});

export type Spec = z.infer<typeof spec>;

/** Apart by a rule of the spec, not because the scheduler happened to choose so. */
export const spread = defineCheck({
  kind: "spread",
  does: "looks",
  summary:
    "A Deployment's pods are on different nodes by a rule: required anti-affinity, or a spread constraint.",
  spec,
  observer: () => import("./spread.ts"),
});
