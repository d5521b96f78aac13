import { z } from "zod";
import { defineCheck } from "../check.ts";
import { requireCompleteJob } from "./complete-job.ts";

const spec = z.strictObject({
  kind: z.literal("job-complete"),
  job: z.string().min(1),
});

/** A Job that has done its work. */
export const jobComplete = defineCheck({
  kind: "job-complete",
  summary: "A Job is Complete; where it is not, the finding says what its pods ran into.",
  spec,
  async observe({ job }, context) {
    const found = await requireCompleteJob(context, job);
    return found.ok ? [] : found.findings;
  },
});
