import { z } from "zod";
import { defineCheck } from "./check.ts";
import { awaitReplacement, requireSettledPods } from "./parts/replacement.ts";
import { replicas } from "./parts/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("pod-replaced"),
  deployment: z.string().min(1),
  replicas: replicas.describe("Ready pods before, and again after."),
  withinSeconds: z.int().positive().default(60).describe("How long the new pod may take."),
});

/** An experiment: one pod is deleted, and its ReplicaSet has to bring it back. */
export const podReplaced = defineCheck({
  kind: "pod-replaced",
  summary: "An experiment: one pod is deleted, and the same ReplicaSet replaces it in time.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await requireSettledPods(context, wanted);
    if (!found.ok) return found.findings;
    const [victim] = found.pods.ready;
    if (!victim) return [];
    await context.kube.remove({ kind: "Pod", name: victim.metadata.name, namespace: context.namespace });
    const { withinSeconds } = wanted;
    const after = await awaitReplacement(context, {
      before: found.pods,
      victim,
      deed: "deleted",
      withinSeconds,
    });
    return after.ok ? [] : after.findings;
  },
});
