import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("oci-chart"),
  release: z.string().min(1),
  chart: z.string().min(1).describe("The chart's name."),
  folder: z
    .string()
    .min(1)
    .default("charts")
    .describe("Where in the lab registry: oci://<registry>/<folder>."),
});

export type Spec = z.infer<typeof spec>;

/** A chart that was pushed, and a release that was made of the very same. */
export const ociChart = defineCheck({
  kind: "oci-chart",
  does: "looks",
  summary:
    "A Helm release was made of a chart that the lab registry holds as an OCI artifact and that passes the strict linter.",
  spec,
  needs: ["registry"],
  observer: () => import("./oci-chart.ts"),
});
