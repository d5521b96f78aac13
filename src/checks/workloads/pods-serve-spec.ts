import { z } from "zod";
import { defineCheck } from "../check.ts";
import { expectation } from "../traffic/expectation.ts";
import { replicas } from "../../look/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("pods-serve"),
  deployment: z.string().min(1),
  port: z.int().min(1).max(65535).describe("Of the pod itself: no Service is involved."),
  path: z.string().startsWith("/").default("/"),
  replicas: replicas.describe("How many pods there have to be."),
  expect: expectation.describe("What each of them answers; headers and body are regular expressions."),
});

export type Spec = z.infer<typeof spec>;

/** Every pod, asked at its own address. */
export const podsServe = defineCheck({
  kind: "pods-serve",
  does: "looks",
  summary: "Each pod of a Deployment answers itself, asked at its own address from inside the cluster.",
  spec,
  observer: () => import("./pods-serve.ts"),
});
