import type { TrafficReport } from "../../probe/traffic.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding, Found } from "../../look/look.ts";
import { tooFewRequests, underWatchedTraffic, type TrafficTarget } from "./under-traffic.ts";

/** What is done while requests are counted, as often as it takes to send enough of them. */
export interface Counted<Before, Value> {
  readonly target: TrafficTarget;
  /** Fewer requests prove nothing. */
  readonly atLeast: number;
  /** What has to be at rest first. */
  readonly steady: () => Promise<Found<{ readonly before: Before }>>;
  readonly disturb: (before: Before) => Promise<Value>;
  /** Whether the verdict is known whatever else is sent. */
  readonly isKnown: (value: Value, before: Before) => boolean;
  /** Waits until all is at rest again. */
  readonly rest: () => Promise<void>;
  readonly judge: (round: Round<Before, Value>) => Promise<readonly CheckFinding[]>;
}

export interface Round<Before, Value> {
  readonly before: Before;
  readonly value: Value;
  /** Its requests are those of all rounds. */
  readonly report: TrafficReport;
}

/** More time than the requests take at their rate, on a machine that is busy. */
const slack = 1.25;

/** One that is busier still is given so many rounds to send them in. */
const rounds = 3;

/**
 * Disturbs under traffic until so many requests were sent, or something was found.
 * @throws EnvironmentError when nothing was found, but too few were sent to prove anything.
 */
export async function underCountedTraffic<Before, Value>(
  context: DisturbContext,
  counted: Counted<Before, Value>,
): Promise<readonly CheckFinding[]> {
  const { target, atLeast } = counted;
  let sum: Pick<TrafficReport, "requests" | "durationMs"> = { requests: 0, durationMs: 0 };
  for (let round = 1; round <= rounds; round++) {
    const found = await counted.steady();
    if (!found.ok) return found.findings;
    const { before } = found;
    const left = atLeast - sum.requests;
    const tried = await underWatchedTraffic(context, target, () =>
      disturbWhileSent(context, counted, { before, left }),
    );
    await counted.rest();
    if (!tried.ok) return tried.findings;
    const { value, report } = tried;
    const requests = sum.requests + report.requests;
    sum = { requests, durationMs: sum.durationMs + report.durationMs };
    const findings = await counted.judge({ before, value, report: { ...report, requests } });
    if (findings.length > 0 || requests >= atLeast) return findings;
  }
  throw tooFewRequests(atLeast, sum);
}

/** @param left requests that are still to be sent. */
async function disturbWhileSent<Before, Value>(
  { clock, signal }: DisturbContext,
  { target, disturb, isKnown }: Counted<Before, Value>,
  { before, left }: { readonly before: Before; readonly left: number },
): Promise<Value> {
  const started = clock.elapsed();
  const value = await disturb(before);
  const leftMs = started + (left / target.perSecond) * 1000 * slack - clock.elapsed();
  if (leftMs > 0 && !isKnown(value, before)) await clock.sleep(leftMs, signal);
  return value;
}
