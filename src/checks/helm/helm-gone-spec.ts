import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("helm-gone"),
  release: z.string().min(1).describe("A release that start/steps.yaml installs."),
});

export type Spec = z.infer<typeof spec>;

/** A release and what it made, by the UIDs that were recorded at the start. */
export const helmGone = defineCheck({
  kind: "helm-gone",
  does: "looks",
  summary: "A Helm release that `labctl start` installed is gone, and every object that it made, by UID.",
  spec,
  observer: () => import("./helm-gone.ts"),
});
