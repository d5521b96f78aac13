import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("scheduled-on"),
  deployment: z.string().min(1),
  replicas: replicas.default({ atLeast: 1 }).describe("Ready pods."),
  labels: z.record(z.string(), z.string()).describe("Labels of the node that every pod has to be on."),
});

export type Spec = z.infer<typeof spec>;

/** On the right node because the spec asks for it: without the label, the same pod would not be let onto that node. */
export const scheduledOn = defineCheck({
  kind: "scheduled-on",
  does: "looks",
  summary: "A Deployment's pods run on a node with these labels because they ask for them, not by luck.",
  spec,
  observer: () => import("./scheduled-on.ts"),
});
