import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("indexed-job"),
  job: z.string().min(1),
  completions: z.int().positive(),
  atMost: z
    .int()
    .positive()
    .describe("Pods that may be there at a time, by the times of the pods themselves."),
});

export type Spec = z.infer<typeof spec>;

/** Every index once, and never too many at a time. */
export const indexedJob = defineCheck({
  kind: "indexed-job",
  does: "looks",
  summary: "An Indexed Job is Complete, one pod an index, and never with more pods at a time than allowed.",
  spec,
  observer: () => import("./indexed-job.ts"),
});
