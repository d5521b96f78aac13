import { z } from "zod";

const versions = {
  from: z.string().min(1).describe("What it is set to for a while."),
  to: z.string().min(1).describe("What it is, and is again."),
};

export const rollSpec = z
  .strictObject({
    deployment: z.string().min(1),
    image: z.strictObject(versions).optional().describe("An image of its template."),
    env: z
      .strictObject({ name: z.string().min(1), ...versions })
      .optional()
      .describe("A variable of its template that has a value of its own."),
    forMs: z
      .int()
      .nonnegative()
      .default(0)
      .describe(
        "Versions take turns until so many milliseconds have passed; once there and back at the least.",
      ),
  })
  .refine(({ image, env }) => (image === undefined) !== (env === undefined), {
    message: "either image or env is rolled",
  });
