import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("workload"),
  deployment: z.string().min(1),
  replicas: replicas.describe(
    "Pods that are Ready and owned by the Deployment, by the UIDs of owner references.",
  ),
  image: z
    .string()
    .optional()
    .describe("A container runs exactly the image that the lab registry has under this name."),
  program: z
    .literal("unchanged")
    .optional()
    .describe("That container starts the image's own program, with none of its files covered."),
  containerPort: z.int().min(1).max(65535).optional().describe("That container declares this port."),
  podLabels: z
    .record(z.string(), z.string())
    .default({})
    .describe("Labels that every pod carries, among others."),
});

export type Spec = z.infer<typeof spec>;

/** A Deployment and the pods it really owns. */
export const workload = defineCheck({
  kind: "workload",
  does: "looks",
  summary: "A Deployment owns this many Ready pods, which run this image, by its digest.",
  spec,
  observer: () => import("./workload.ts"),
});
