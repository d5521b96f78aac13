import type { DisturbContext } from "../checks/check.ts";
import type { CleanUps } from "../clean-ups.ts";
import type { Clock } from "../clock.ts";
import { createWait } from "../wait.ts";
import { overOwnNetwork } from "./own-network.ts";

/** What a caller brings; the rest follows from these and from the cluster. */
export interface CheckContextParts extends Omit<
  DisturbContext,
  "wait" | "clock" | "nonce" | "observed" | "cleanUps" | "signal"
> {
  readonly deps: {
    readonly clock: Clock;
    /** Random bytes as lower-case hex. */
    random(bytes: number): string;
    readonly cleanUps: CleanUps;
    readonly signal: AbortSignal;
  };
}

/** Puts together what checks look at. */
export function createCheckContext({ deps, ...parts }: CheckContextParts): DisturbContext {
  return {
    ...parts,
    ...overOwnNetwork(parts),
    wait: createWait(deps.clock, parts.kube),
    clock: deps.clock,
    nonce: () => deps.random(8),
    // Replaced by what grades an exercise.
    observed: () => undefined,
    cleanUps: deps.cleanUps,
    signal: deps.signal,
  };
}
