import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("job-complete"),
  job: z.string().min(1),
});

export type Spec = z.infer<typeof spec>;

/** A Job that has done its work. */
export const jobComplete = defineCheck({
  kind: "job-complete",
  does: "looks",
  summary: "A Job is Complete; where it is not, the finding says what its pods ran into.",
  spec,
  observer: () => import("./job-complete.ts"),
});
