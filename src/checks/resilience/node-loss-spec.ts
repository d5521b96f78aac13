import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("node-loss"),
  deployment: z.string().min(1),
  service: z.string().min(1),
  port: z.int().min(1).max(65535).default(80).describe("Of the Service."),
  answersWithinSeconds: z.int().positive().default(60),
  availableWithinSeconds: z.int().positive().default(90),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: a worker node is switched off. */
export const nodeLoss = defineCheck({
  kind: "node-loss",
  does: "disturbs",
  summary:
    "An experiment: a worker node that runs a pod of a Deployment is stopped; the Service answers again in time, and the Deployment is available elsewhere. The node is started again.",
  spec,
  experiment: true,
  needs: ["nodes"],
  observer: () => import("./node-loss.ts"),
});
