import { z } from "zod";

/** Whose pods have to answer, and how that is known. */
export const reach = z.strictObject({
  deployment: z.string().min(1),
  every: z.boolean().default(false).describe("Each of its Ready pods answers at least once."),
  by: z
    .union([z.literal("log"), z.string().regex(/^header:[a-z0-9-]+$/, "log, or header:<name in lower case>")])
    .describe(
      "`log`: a random word of the request is in the pod's own log. `header:x`: the pod, asked itself, gives the same x.",
    ),
  port: z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe("Where a pod is asked itself; else the first port it declares."),
});

export type Reach = z.infer<typeof reach>;
