import { z } from "zod";
import { defineCheck } from "../check.ts";
import { trafficFields } from "./under-traffic-spec.ts";
import { podPort } from "./asked-pod-spec.ts";

const spec = z.strictObject({
  kind: z.literal("out-of-endpoints"),
  deployment: z.string().min(1),
  ...trafficFields,
  podPort,
  unready: z.string().startsWith("/").default("/unready").describe("Makes one pod say that it is not ready."),
  withinSeconds: z.int().positive().default(15),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: one pod wants a rest, and must get one without anybody noticing. */
export const outOfEndpoints = defineCheck({
  kind: "out-of-endpoints",
  does: "disturbs",
  summary:
    "An experiment: one pod turns unready; it leaves the Service's endpoints in time, and no request fails meanwhile.",
  spec,
  experiment: true,
  observer: () => import("./out-of-endpoints.ts"),
});
