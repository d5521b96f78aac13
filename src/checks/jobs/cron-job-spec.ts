import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("cron-job"),
  cronJob: z.string().min(1),
  schedule: z
    .string()
    .min(1)
    .describe("As cron writes it; another way to write the same minutes is right, too."),
  keeps: z
    .strictObject({ succeeded: z.int().nonnegative(), failed: z.int().nonnegative() })
    .describe("Its history limits."),
});

export type Spec = z.infer<typeof spec>;

/** What a CronJob says about when and how often. */
export const cronJob = defineCheck({
  kind: "cron-job",
  does: "looks",
  summary: "A CronJob has this schedule, is not suspended, and keeps this many of its Jobs.",
  spec,
  observer: () => import("./cron-job.ts"),
});
