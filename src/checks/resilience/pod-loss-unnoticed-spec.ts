import { z } from "zod";
import { defineCheck } from "../check.ts";
import { trafficFields } from "./under-traffic-spec.ts";

const spec = z.strictObject({
  kind: z.literal("pod-loss-unnoticed"),
  deployment: z.string().min(1),
  ...trafficFields,
  withinSeconds: z.int().positive().default(60).describe("How long the new pod may take."),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: a pod is deleted, and nobody who asks the Service notices. */
export const podLossUnnoticed = defineCheck({
  kind: "pod-loss-unnoticed",
  does: "disturbs",
  summary:
    "An experiment: one pod is deleted under constant traffic; no request fails, and the pod is replaced.",
  spec,
  experiment: true,
  observer: () => import("./pod-loss-unnoticed.ts"),
});
