import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("rolled-back"),
  deployment: z.string().min(1).describe("Of the lab, or what a student has made."),
  replicas: z.int().positive(),
});

export type Spec = z.infer<typeof spec>;

/** An update that went wrong and was taken back, as Kubernetes keeps the evidence of it. */
export const rolledBack = defineCheck({
  kind: "rolled-back",
  does: "looks",
  summary:
    "A revision whose image cannot be pulled stands in a Deployment's history, and one that was there before was gone back to after it, with all pods Ready now. Whatever right work follows does not matter.",
  spec,
  observer: () => import("./rolled-back.ts"),
});
