import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("unchanged-pods"),
  deployment: z.string().min(1).describe("One of start.ready."),
});

export type Spec = z.infer<typeof spec>;

/** The pods are those that `labctl start` left. */
export const unchangedPods = defineCheck({
  kind: "unchanged-pods",
  does: "looks",
  summary: "A Deployment's pods are still the very ones, by UID, that `labctl start` left.",
  spec,
  observer: () => import("./unchanged-pods.ts"),
});
