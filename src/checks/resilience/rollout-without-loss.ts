import { lossCause, maxUnavailable } from "../../diagnosis/rollout-cause.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { TrafficReport } from "../../probe/traffic.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import type { RolledOut } from "../../disturb/await-rollout.ts";
import { restartAndTakeBack } from "../../disturb/restart.ts";
import { requireSteadyPods } from "./steady.ts";
import { countOf, lostRequests, tooFewRequests, underWatchedTraffic } from "./under-traffic.ts";
import type { Spec } from "./rollout-without-loss-spec.ts";

/** More time than the requests take at their rate, on a machine that is busy. */
const slack = 1.25;

/** One that is busier still is given so many rollouts to send them in. */
const rounds = 3;

export async function observe(wanted: Spec, context: CheckContext): Promise<readonly CheckFinding[]> {
  let sum: Round = { requests: 0, durationMs: 0 };
  for (let round = 1; round <= rounds; round++) {
    const before = await requireSteadyPods(context, wanted.deployment);
    if (!before.ok) return before.findings;
    const { pods } = before;
    const floor = floorOf(pods);
    const left = wanted.requests - sum.requests;
    const tried = await underWatchedTraffic(context, wanted, () =>
      restart({ wanted, context, pods, floor }, left),
    );
    await awaitSteadyPods(context, wanted.deployment);
    if (!tried.ok) return tried.findings;
    const { value: restarted, report } = tried;
    sum = {
      requests: sum.requests + report.requests,
      durationMs: sum.durationMs + report.durationMs,
    };
    const findings = judge({
      wanted,
      context,
      pods,
      restarted,
      report: { ...report, requests: sum.requests },
      floor,
    });
    if (findings.length > 0 || sum.requests >= wanted.requests) return findings;
  }
  throw tooFewRequests(wanted.requests, sum);
}

/** What was sent so far, in milliseconds so many. */
type Round = Pick<TrafficReport, "requests" | "durationMs">;

interface Restart {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly pods: DeploymentPods;
  /** Ready pods, at the least. */
  readonly floor: number;
}

/** @param left requests that are still to be sent. */
async function restart({ wanted, context, pods, floor }: Restart, left: number): Promise<RolledOut> {
  const { clock, signal } = context;
  const started = clock.now();
  const restarted = await restartAndTakeBack(context, pods);
  const leftMs = started + (left / wanted.perSecond) * 1000 * slack - clock.now();
  // A verdict that is known already needs no further requests.
  const isOver = restarted.findings.length === 0;
  if (isOver && restarted.leastReady >= floor && leftMs > 0) await clock.sleep(leftMs, signal);
  return restarted;
}

/** A rollout that may take away everything at once still has to leave somebody who answers. */
function floorOf({ deployment }: DeploymentPods): number {
  return Math.max(1, (deployment.spec.replicas ?? 1) - maxUnavailable(deployment));
}

interface Judged extends Restart {
  readonly restarted: RolledOut;
  readonly report: TrafficReport;
}

function judge(judged: Judged): readonly CheckFinding[] {
  const { context, restarted, report, floor } = judged;
  const least = `at least ${String(restarted.leastReady)} pods were Ready at any time`;
  context.observed(`${countOf(report)} while the rollout was restarted and taken back; ${least}.`);
  const losses = report.failures > 0 ? [lost(judged)] : [];
  const low = restarted.leastReady < floor ? [tooFewReady(judged)] : [];
  return [...restarted.findings, ...losses, ...low];
}

function lost({ wanted, context, pods, report }: Judged): CheckFinding {
  return lostRequests({
    target: wanted,
    report,
    during: "the rollout was restarted",
    why: lossCause(pods.deployment),
    next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
  });
}

function tooFewReady({ wanted, context, pods, restarted, floor }: Judged): CheckFinding {
  const { replicas = 1 } = pods.deployment.spec;
  const leastReady = String(restarted.leastReady);
  return {
    object: `Deployment/${wanted.deployment}`,
    path: "spec.strategy",
    reason: "too-few-ready",
    expected: `at least ${String(floor)} of ${String(replicas)} pods Ready at any time`,
    actual: `${leastReady} at the least`,
    message: `While the rollout was restarted, there was a time with ${leastReady} of ${String(replicas)} pods Ready. ${lossCause(pods.deployment)}`,
    next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
  };
}
