import { describeStep, runStep } from "../../disturb/index.ts";
import type { DisturbStep } from "../../disturb/step-spec.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import type { Values } from "../../programs/answers.ts";

/** What was disturbed: a program of `while` hears it as `over`, and programs of `then` find it as `before.done`. */
export interface Done {
  /** Names of the pods that were deleted. */
  readonly deleted: readonly string[];
  /** The turns that rollouts took, in order; `to` is a version, or what a restart was: "restarted", "as before". */
  readonly rolled: readonly { readonly deployment: string; readonly to: string }[];
  /** false: something of it did not come to its end, and labctl has a finding of its own that says why. */
  readonly complete: boolean;
}

export interface Disturbance {
  readonly done: Done;
  readonly findings: readonly CheckFinding[];
}

/** Disturbs step by step; after one that does not come to its end there is no other. */
export async function disturbInTurn(
  steps: readonly DisturbStep[],
  context: DisturbContext,
  told: Values,
): Promise<Disturbance> {
  const deleted: string[] = [];
  const rolled: { deployment: string; to: string }[] = [];
  for (const step of steps) {
    context.announce(describeStep(step));
    const disturbed = await runStep(step, context, told);
    deleted.push(...(disturbed.deleted ?? []));
    rolled.push(...(disturbed.rolled ?? []));
    const { findings } = disturbed;
    if (findings.length > 0) return { done: { deleted, rolled, complete: false }, findings };
  }
  return { done: { deleted, rolled, complete: true }, findings: [] };
}

/** How sentences call it: "labctl was deleting a pod of Deployment worker". */
export function describeInTurn(steps: readonly DisturbStep[]): string {
  return `labctl was ${steps.map(describeStep).join(" and ")}`;
}
