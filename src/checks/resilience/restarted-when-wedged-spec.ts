import { z } from "zod";
import { defineCheck } from "../check.ts";
import { podPort } from "./asked-pod-spec.ts";

const spec = z.strictObject({
  kind: z.literal("restarted-when-wedged"),
  deployment: z.string().min(1),
  port: podPort,
  path: z.string().startsWith("/").default("/wedge").describe("Makes the application hang."),
  withinSeconds: z.int().positive().default(45),
});

export type Spec = z.infer<typeof spec>;

/** An experiment: one pod hangs, and the kubelet has to notice. */
export const restartedWhenWedged = defineCheck({
  kind: "restarted-when-wedged",
  does: "disturbs",
  summary:
    "An experiment: one pod is made to hang; its container is restarted and answers again in time, and no other is.",
  spec,
  experiment: true,
  observer: () => import("./restarted-when-wedged.ts"),
});
