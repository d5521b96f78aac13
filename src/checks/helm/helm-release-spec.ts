import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("helm-release"),
  release: z.string().min(1),
  chart: z.string().min(1).describe("The chart's name."),
  version: z.string().optional().describe("The chart's version; any, when left out."),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("By path (`image.tag`): what the templates saw, whether the user set it or the chart."),
});

export type Spec = z.infer<typeof spec>;

/** A release, as Helm's own records and the live objects tell it. */
export const helmRelease = defineCheck({
  kind: "helm-release",
  does: "looks",
  summary:
    "A revision of a Helm release had this chart and these values; what the latest one made is live and Ready.",
  spec,
  observer: () => import("./helm-release.ts"),
});
