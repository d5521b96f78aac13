import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("pod-replaced"),
  deployment: z.string().min(1),
  replicas: replicas.describe("Ready pods before, and again after."),
  withinSeconds: z.int().positive().default(60).describe("How long the new pod may take."),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: one pod is deleted, and its ReplicaSet has to bring it back. */
export const podReplaced = defineCheck({
  kind: "pod-replaced",
  does: "disturbs",
  summary: "An experiment: one pod is deleted, and the same ReplicaSet replaces it in time.",
  spec,
  experiment: true,
  observer: () => import("./pod-replaced.ts"),
});
