import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("kept-apart"),
  deployment: z.string().min(1),
  replicas: replicas.describe("Ready pods before, and again after."),
  withinSeconds: z.int().positive().default(60).describe("How long the new pod may take."),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: one pod is evicted, as when its node is drained, and the new one finds a node of its own. */
export const keptApart = defineCheck({
  kind: "kept-apart",
  does: "disturbs",
  summary: "An experiment: one pod is evicted, and afterwards all pods are on different nodes again.",
  spec,
  experiment: true,
  observer: () => import("./kept-apart.ts"),
});
