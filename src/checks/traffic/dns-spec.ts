import { z } from "zod";
import { defineCheck } from "../check.ts";
import { expectation } from "./expectation.ts";

const spec = z.strictObject({
  kind: z.literal("dns"),
  service: z.string().min(1),
  port: z.int().min(1).max(65535),
  expect: expectation.describe("What it answers when asked by its name."),
});

export type Spec = z.infer<typeof spec>;

/** A Service's full name, as a pod of another namespace sees it. */
export const dns = defineCheck({
  kind: "dns",
  does: "looks",
  summary: "A Service's full name resolves to its own address from another namespace, and answers.",
  spec,
  observer: () => import("./dns.ts"),
});
