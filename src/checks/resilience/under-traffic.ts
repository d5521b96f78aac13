import { EnvironmentError } from "../../errors.ts";
import type { TrafficReport } from "../../probe/traffic.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding, Found } from "../../look/look.ts";
import { answersInARow } from "./answers-in-a-row.ts";
import { findService } from "../../look/find-service.ts";
import { whyNotOwnSoon } from "../../look/own-endpoints.ts";
import { httpUrl } from "../../look/url.ts";

export interface TrafficTarget {
  /** Whose pods the Service has to lead to, where one alone is meant: other pods that answer would prove nothing. */
  readonly deployment?: string;
  readonly service: string;
  readonly port: number;
  readonly path: string;
  readonly perSecond: number;
}

export type UnderTraffic<T> = Found<{ readonly value: T; readonly report: TrafficReport }>;

/** Traffic flows for this long before anything is disturbed, and after all is well again. */
const marginMs = 2000;

/** Does something while requests keep coming through a Service, and counts them. */
export async function underTraffic<T>(
  context: DisturbContext,
  target: TrafficTarget,
  work: () => Promise<T>,
): Promise<UnderTraffic<T>> {
  return countWhile(context, target, { work });
}

/** The same, where each lost request tells: begins when the Service answers everybody. */
export async function underWatchedTraffic<T>(
  context: DisturbContext,
  target: TrafficTarget,
  work: () => Promise<T>,
): Promise<UnderTraffic<T>> {
  return countWhile(context, target, { work, before: (url) => awaitAnswers(context, url) });
}

/** A node learns of a pod that is gone a moment after the API server, and sends it requests so long. */
const forgottenWithinMs = 15_000;

/** A Service that does not answer everybody by then is asked all the same: the count tells. */
async function awaitAnswers(context: DisturbContext, url: string): Promise<void> {
  await context.wait({
    observe: async () => ({ done: await answersInARow(context, { url, timeoutMs: 1000 }), value: undefined }),
    withinMs: forgottenWithinMs,
    signal: context.signal,
  });
}

interface Counted<T> {
  /** What there is to do before there is traffic. */
  readonly before?: (url: string) => Promise<void>;
  readonly work: () => Promise<T>;
}

async function countWhile<T>(
  context: DisturbContext,
  target: TrafficTarget,
  { before, work }: Counted<T>,
): Promise<UnderTraffic<T>> {
  const { traffic, namespace, clock, signal } = context;
  const found = await findService(context, target);
  if (!found.ok) return found;
  const { deployment, service } = target;
  const elsewhere = deployment === undefined ? [] : await whyNotOwnSoon({ deployment, service }, context);
  if (elsewhere.length > 0) return { ok: false, findings: elsewhere };
  const url = httpUrl({ host: found.clusterIP, port: target.port, path: target.path });
  await before?.(url);
  return context.cleanUps.during(async () => {
    const running = await traffic.start({ url, namespace, perSecond: target.perSecond }, signal);
    try {
      await clock.sleep(marginMs, signal);
      const value = await work();
      await clock.sleep(marginMs, signal);
      return { ok: true, value, report: await running.stop() };
    } finally {
      // What went wrong before is the error to tell; here the load only has to go.
      await running.stop().catch(() => undefined);
    }
  });
}

/** "12 of 2143 requests failed (9 × no answer, 3 × status 503)". */
export function countOf({ requests, failures, kinds }: TrafficReport): string {
  const which = kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
  return `${String(failures)} of ${String(requests)} requests failed${which}`;
}

interface Lost {
  readonly target: TrafficTarget;
  readonly report: TrafficReport;
  /** What labctl did: "a pod was deleted". */
  readonly during: string;
  /** Why, in a sentence, and the command that shows it. */
  readonly why: string;
  readonly next: string;
}

/** The finding for requests that were lost. */
export function lostRequests({ target, report, during, why, next }: Lost): CheckFinding {
  return {
    object: `Service/${target.service}`,
    reason: "requests-lost",
    expected: `no failed request while ${during}`,
    actual: countOf(report),
    message: `While ${during}, ${countOf(report)}. ${why}`,
    next,
  };
}

/** Too little was sent for no loss to prove anything. */
export function tooFewRequests(
  least: number,
  { requests, durationMs }: Pick<TrafficReport, "requests" | "durationMs">,
): EnvironmentError {
  return new EnvironmentError({
    message: `Only ${String(requests)} of ${String(least)} requests could be sent in ${String(Math.round(durationMs / 1000))} s, so nothing is proven.`,
    lastSeen: "this machine is too busy",
    hint: "Check again when less is running",
  });
}
