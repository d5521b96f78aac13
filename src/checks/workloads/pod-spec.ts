import { z } from "zod";
import { defineCheck } from "../check.ts";
import { answering } from "../traffic/answering-spec.ts";

const spec = z
  .strictObject({
    kind: z.literal("pod"),
    name: z.string().min(1).optional().describe("Without it: any pod of the namespace that runs `image`."),
    image: z
      .string()
      .optional()
      .describe("A container runs exactly the image that the lab registry has under this name now."),
    labels: z.record(z.string(), z.string()).default({}).describe("Among others."),
    containers: z
      .int()
      .positive()
      .default(1)
      .describe("So many run at least; sidecars among init containers, too."),
    sharedEmptyDir: z.boolean().default(false).describe("Two of its containers mount the same emptyDir."),
    program: z
      .enum(["unchanged", "started"])
      .optional()
      .describe(
        "That container starts the image's own program; `unchanged`: with none of its files covered, too.",
      ),
    env: z
      .record(z.string(), z.string())
      .default({})
      .describe("A container (that of `image`, if it is given) has all of these variables, among others."),
    answers: answering.optional().describe("What it answers at its own address, from inside the cluster."),
  })
  .refine(({ name, image }) => name !== undefined || image !== undefined, "a pod needs a name or an image");

export type Spec = z.infer<typeof spec>;

/** One pod, whoever made it. */
export const pod = defineCheck({
  kind: "pod",
  does: "looks",
  summary: "A pod is Ready, runs this image by its digest, is made up as asked and answers itself.",
  spec,
  observer: () => import("./pod.ts"),
});
