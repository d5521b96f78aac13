import { z } from "zod";
import { defineCheck } from "../check.ts";
import { trafficFields } from "./under-traffic-spec.ts";

const spec = z.strictObject({
  kind: z.literal("autoscaled"),
  deployment: z.string().min(1),
  ...trafficFields,
  path: z.string().startsWith("/").describe("What makes a pod compute."),
  min: z.int().positive().describe("Of the autoscaler."),
  max: z.int().positive().describe("Of the autoscaler."),
  atLeast: z.int().positive().describe("Ready replicas under load."),
  withinSeconds: z.int().positive().default(150),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: load, and the autoscaler has to answer it. */
export const autoscaled = defineCheck({
  kind: "autoscaled",
  does: "disturbs",
  summary:
    "An experiment: a HorizontalPodAutoscaler on CPU, fed by metrics-server, raises a Deployment's Ready replicas under load.",
  spec,
  experiment: true,
  observer: () => import("./autoscaled.ts"),
});
