import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("helm-rolled-back"),
  release: z.string().min(1),
  to: z.int().positive().default(1).describe("The revision whose objects it has again."),
});

export type Spec = z.infer<typeof spec>;

/** A rollback: an old revision's manifest under a new number. */
export const helmRolledBack = defineCheck({
  kind: "helm-rolled-back",
  does: "looks",
  summary: "A Helm release has an earlier revision's manifest again, by a rollback from another one.",
  spec,
  observer: () => import("./helm-rolled-back.ts"),
});
