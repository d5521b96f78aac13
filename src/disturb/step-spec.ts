import { z } from "zod";
import { deletePodsSpec } from "./delete-pods-spec.ts";
import { restartSpec } from "./restart-spec.ts";
import { rollSpec } from "./roll-spec.ts";

/** One entry of `do:` of an experiment: the name of a disturbance, and what is said to it. */
export const disturbStep = z.union([
  z
    .strictObject({ delete: deletePodsSpec })
    .describe("Deletes pods, and waits until their Deployment or StatefulSet has as many Ready ones again."),
  z
    .strictObject({ roll: rollSpec })
    .describe("Rolls a Deployment back to another version and out again, and waits each time."),
  z
    .strictObject({ restart: restartSpec })
    .describe("Restarts a Deployment's rollout and takes the restart back, and waits each time."),
]);

export type DisturbStep = z.infer<typeof disturbStep>;

/** The Deployment that a step names; undefined where only the cluster or a program tells which one it is. */
export function deploymentOf(step: DisturbStep): string | undefined {
  if ("roll" in step) return step.roll.deployment;
  if ("restart" in step) return step.restart.deployment;
  return "deployment" in step.delete.pods ? step.delete.pods.deployment : undefined;
}
