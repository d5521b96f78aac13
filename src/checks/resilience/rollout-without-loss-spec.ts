import { z } from "zod";
import { defineCheck } from "../check.ts";
import { trafficFields } from "./under-traffic-spec.ts";

const spec = z.strictObject({
  kind: z.literal("rollout-without-loss"),
  deployment: z.string().min(1),
  ...trafficFields,
  requests: z.int().positive().default(2000).describe("At least so many, none of which may fail."),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: the rollout is restarted, and nobody who asks the Service notices. */
export const rolloutWithoutLoss = defineCheck({
  kind: "rollout-without-loss",
  does: "disturbs",
  summary:
    "An experiment: a Deployment's rollout is restarted and taken back under constant traffic; no request fails, and the Ready pods never fall below replicas minus maxUnavailable, nor to none.",
  spec,
  experiment: true,
  observer: () => import("./rollout-without-loss.ts"),
});
