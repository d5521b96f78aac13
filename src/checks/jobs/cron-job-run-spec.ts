import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("cron-job-run"),
  cronJob: z.string().min(1),
  withinSeconds: z.int().positive().default(120).describe("How long the Job may take."),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: what the CronJob would do tonight is done now. */
export const cronJobRun = defineCheck({
  kind: "cron-job-run",
  does: "disturbs",
  summary:
    "An experiment: a Job that labctl makes from a CronJob's template completes; it is removed afterwards.",
  spec,
  experiment: true,
  observer: () => import("./cron-job-run.ts"),
});
