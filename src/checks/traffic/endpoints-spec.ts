import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("endpoints"),
  service: z.string().min(1),
  deployment: z
    .string()
    .min(1)
    .describe("Whose Ready pods are behind the Service: all of them, and nothing else."),
});

export type Spec = z.infer<typeof spec>;

/** Who is behind a Service. */
export const endpoints = defineCheck({
  kind: "endpoints",
  does: "looks",
  summary:
    "A Service's EndpointSlices, made by Kubernetes from its selector, hold exactly a Deployment's Ready pods.",
  spec,
  observer: () => import("./endpoints.ts"),
});
