import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("pushed-image"),
  image: z.string().min(1).describe("In the lab registry, as it is pushed: `localhost:5001/my-image:1.0`."),
  local: z.string().min(1).describe("The image of the container engine that it has to be: `my-image:1.0`."),
});

export type Spec = z.infer<typeof spec>;

/** What was shipped is what was built. */
export const pushedImage = defineCheck({
  kind: "pushed-image",
  does: "looks",
  summary: "The lab registry has, under this name, the very image that the container engine has.",
  spec,
  needs: ["docker", "registry"],
  observer: () => import("./pushed-image.ts"),
});
