import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("rolled-out"),
  deployment: z.string().min(1).describe("Of the lab, or what a student has made."),
  replicas: z.int().positive(),
  from: z.string().min(1).describe("The image of the version before."),
  to: z.string().min(1).describe("The image of the new version."),
});

export type Spec = z.infer<typeof spec>;

/** An update, as Kubernetes keeps the evidence of one. */
export const rolledOut = defineCheck({
  kind: "rolled-out",
  does: "looks",
  summary:
    "A Deployment was updated, not created anew: same UID, every pod runs the new image by its digest, and the old version stands in its history.",
  spec,
  observer: () => import("./rolled-out.ts"),
});
