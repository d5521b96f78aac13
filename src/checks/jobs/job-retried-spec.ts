import { z } from "zod";
import { defineCheck } from "../check.ts";

const pattern = z.string().min(1).optional();

const spec = z.strictObject({
  kind: z.literal("job-retried"),
  job: z.string().min(1),
  failedSays: pattern.describe("A regular expression for the log of the pod that failed."),
  succeededSays: pattern.describe("A regular expression for the log of the pod that succeeded."),
});

export type Spec = z.infer<typeof spec>;

/** Complete at the second try at the earliest, and both tries are pods of the same Job. */
export const jobRetried = defineCheck({
  kind: "job-retried",
  does: "looks",
  summary: "A Job is Complete after at least one of its own pods failed: it retried by itself.",
  spec,
  observer: () => import("./job-retried.ts"),
});
