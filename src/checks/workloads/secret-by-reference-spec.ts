import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("secret-by-reference"),
  deployment: z.string().min(1),
  secret: z.string().min(1),
  key: z.string().min(1).describe("Its value is spelled out nowhere else."),
});

export type Spec = z.infer<typeof spec>;

/**
 * Where a Deployment has a secret value from: the pod template names the Secret (an environment variable, or a volume,
 * its own or a projected one), and neither it nor a ConfigMap spells the value out. Who may read pods may not read
 * Secrets: https://kubernetes.io/docs/concepts/configuration/secret/
 */
export const secretByReference = defineCheck({
  kind: "secret-by-reference",
  does: "looks",
  summary:
    "A Deployment's pod template names a Secret, and neither it nor a ConfigMap spells out the Secret's value.",
  spec,
  observer: () => import("./secret-by-reference.ts"),
});
