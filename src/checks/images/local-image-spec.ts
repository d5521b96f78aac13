import { z } from "zod";
import { defineCheck } from "../check.ts";

const instruction = z.enum(["RUN", "COPY", "ADD", "WORKDIR", "ENV", "EXPOSE", "USER", "ENTRYPOINT", "CMD"]);

const spec = z.strictObject({
  kind: z.literal("local-image"),
  image: z.string().min(1).describe("In the container engine: `my-image:1.0`."),
  base: z.string().min(1).describe("The image that it is built on, by its layers."),
  instructions: z
    .array(z.array(instruction).min(1))
    .default([])
    .describe("Of each list, one instruction is in its history over the base."),
  notRoot: z.boolean().default(false).describe("Its containers do not run as root."),
});

export type Spec = z.infer<typeof spec>;

/** An image that the student built. */
export const localImage = defineCheck({
  kind: "local-image",
  does: "looks",
  summary: "The container engine has an image that was built on the base given, with these instructions.",
  spec,
  needs: ["docker"],
  observer: () => import("./local-image.ts"),
});
