import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("tainted"),
  deployment: z.string().min(1),
  replicas: replicas.default({ atLeast: 1 }).describe("Ready pods."),
  labels: z.record(z.string(), z.string()).describe("Labels of the node that is reserved."),
  taint: z
    .strictObject({ key: z.string(), value: z.string(), effect: z.string() })
    .describe("The taint that still has to stand there."),
});

export type Spec = z.infer<typeof spec>;

/** The reserved node stays reserved, and the one that may run there does. */
export const tainted = defineCheck({
  kind: "tainted",
  does: "acts",
  summary:
    "A node's taint stands, a Deployment's pods tolerate it and run there because they ask for it, and a plain pod of labctl's is kept away.",
  spec,
  observer: () => import("./tainted.ts"),
});
