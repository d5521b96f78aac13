import { z } from "zod";
import { defineCheck } from "../check.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("requests"),
  deployment: z.string().min(1),
  replicas: replicas.default({ atLeast: 1 }).describe("Ready pods: the requests have to fit."),
});

export type Spec = z.infer<typeof spec>;

/** What a pod needs, in its own words: read from the running pod, where Kubernetes has filled in what follows. */
export const requests = defineCheck({
  kind: "requests",
  does: "looks",
  summary: "A Deployment's pods run, and every container has requests and limits for cpu and memory.",
  spec,
  observer: () => import("./requests.ts"),
});
