import type { CheckContext } from "../checks/check.ts";
import type { CleanUps } from "../clean-ups.ts";
import type { Clock } from "../clock.ts";
import { readLabState } from "../records/state.ts";
import { createWait } from "../wait.ts";

/** What a caller brings; the rest follows from these and from the cluster. */
export interface CheckContextParts extends Omit<
  CheckContext,
  "wait" | "clock" | "state" | "nonce" | "observed" | "cleanUps" | "signal"
> {
  readonly deps: {
    readonly clock: Clock;
    /** Random bytes as lower-case hex. */
    random(bytes: number): string;
    readonly cleanUps: CleanUps;
    readonly signal: AbortSignal;
  };
}

/**
 * Puts together what checks look at, with the lab's state as the cluster has it.
 * @throws EnvironmentError when the cluster does not answer.
 */
export async function createCheckContext({ deps, ...parts }: CheckContextParts): Promise<CheckContext> {
  return {
    ...parts,
    wait: createWait(deps.clock, parts.kube),
    clock: deps.clock,
    state: await readLabState(parts.kube, parts.namespace),
    nonce: () => deps.random(8),
    // Replaced by what grades an exercise.
    observed: () => undefined,
    cleanUps: deps.cleanUps,
    signal: deps.signal,
  };
}
