import { z } from "zod";

const count = z.int().positive().describe("So many of them; all where it is left out of what has a service.");

export const deletePodsSpec = z.strictObject({
  pods: z
    .union([
      z.strictObject({ deployment: z.string().min(1), count: count.default(1) }),
      z.strictObject({ service: z.string().min(1), count: count.optional() }),
      z.strictObject({
        named: z
          .string()
          .min(1)
          .describe("A value that a program told: the name of a pod, or a list of names."),
      }),
    ])
    .describe("Ready pods."),
  graceSeconds: z.int().nonnegative().optional().describe("0 kills them at once."),
});

export type DeletePodsSpec = z.infer<typeof deletePodsSpec>;
