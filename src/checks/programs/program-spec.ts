import { z } from "zod";
import { defineCheck } from "../check.ts";
import { programFields } from "../../programs/program-fields.ts";

const spec = z.strictObject({ kind: z.literal("program"), ...programFields });

export type Spec = z.infer<typeof spec>;

/** A program of the lab's own, run in a pod of labctl's own. */
export const program = defineCheck({
  kind: "program",
  does: "acts",
  summary:
    "A program of the lab's own looks, from a pod of labctl's own inside the cluster, and says what it found: [how](programs.md).",
  spec,
  // It disturbs nothing, but brings a pod: not before the rest of its exercise has passed.
  experiment: true,
  programs: (value) => [{ path: [], value }],
  observer: () => import("./program.ts"),
});
