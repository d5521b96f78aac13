import { z } from "zod";
import { lossCause, maxUnavailable } from "../diagnosis/rollout-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { DeploymentPods } from "../kube/deployment-pods.ts";
import type { TrafficReport } from "../probe/traffic.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "./check.ts";
import { restartAndTakeBack, type Restarted } from "./parts/restart-rollout.ts";
import { awaitSteadyPods, requireSteadyPods } from "./parts/steady.ts";
import { countOf, lostRequests, trafficFields, underWatchedTraffic } from "./parts/under-traffic.ts";

const spec = z.strictObject({
  kind: z.literal("rollout-without-loss"),
  deployment: z.string().min(1),
  ...trafficFields,
  requests: z.int().positive().default(2000).describe("At least so many, none of which may fail."),
});

type Spec = z.infer<typeof spec>;

/** More time than the requests take at their rate, on a machine that is busy. */
const slack = 1.25;

/** An experiment: the rollout is restarted, and nobody who asks the Service notices. */
export const rolloutWithoutLoss = defineCheck({
  kind: "rollout-without-loss",
  summary:
    "An experiment: a Deployment's rollout is restarted and taken back under constant traffic; no request fails, and the Ready pods never fall below replicas minus maxUnavailable, nor to none.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const before = await requireSteadyPods(context, wanted.deployment);
    if (!before.ok) return before.findings;
    const floor = floorOf(before.pods);
    const tried = await underWatchedTraffic(context, wanted, async () => {
      const started = context.clock.now();
      const restarted = await restartAndTakeBack(context, before.pods);
      const leastMs = (wanted.requests / wanted.perSecond) * 1000 * slack;
      const leftMs = started + leastMs - context.clock.now();
      // A verdict that is known already needs no further requests.
      if (restarted.ok && restarted.leastReady >= floor && leftMs > 0)
        await context.clock.sleep(leftMs, context.signal);
      return restarted;
    });
    await awaitSteadyPods(context, wanted.deployment);
    if (!tried.ok) return tried.findings;
    return judge({ wanted, context, pods: before.pods, restarted: tried.value, report: tried.report, floor });
  },
});

/** A rollout that may take away everything at once still has to leave somebody who answers. */
function floorOf({ deployment }: DeploymentPods): number {
  return Math.max(1, (deployment.spec.replicas ?? 1) - maxUnavailable(deployment));
}

interface Judged {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly pods: DeploymentPods;
  readonly restarted: Restarted;
  readonly report: TrafficReport;
  readonly floor: number;
}

function judge(judged: Judged): readonly CheckFinding[] {
  const { wanted, context, restarted, report, floor } = judged;
  const least = `at least ${String(restarted.leastReady)} pods were Ready at any time`;
  context.observed(`${countOf(report)} while the rollout was restarted and taken back; ${least}.`);
  const unfinished = restarted.ok ? [] : restarted.findings;
  const losses = report.failures > 0 ? [lost(judged)] : [];
  const low = restarted.leastReady < floor ? [tooFewReady(judged)] : [];
  const findings = [...unfinished, ...losses, ...low];
  if (findings.length === 0 && report.requests < wanted.requests) throw tooSlow(judged);
  return findings;
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
    expected: `at least ${String(floor)} of ${String(replicas)} pods Ready at any time`,
    actual: `${leastReady} at the least`,
    message: `While the rollout was restarted, there was a time with ${leastReady} of ${String(replicas)} pods Ready. ${lossCause(pods.deployment)}`,
    next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
  };
}

function tooSlow({ wanted, report }: Judged): EnvironmentError {
  return new EnvironmentError({
    message: `Only ${String(report.requests)} of ${String(wanted.requests)} requests could be sent in ${String(Math.round(report.durationMs / 1000))} s, so nothing is proven.`,
    lastSeen: "this machine is too busy",
    hint: "Check again when less is running",
  });
}
