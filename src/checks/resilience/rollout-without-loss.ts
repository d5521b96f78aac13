import { lossCause, maxUnavailable } from "../../diagnosis/rollout-cause.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import type { RolledOut } from "../../disturb/await-rollout.ts";
import { restartAndTakeBack } from "../../disturb/restart.ts";
import { underCountedTraffic, type Round } from "./counted-traffic.ts";
import { requireSteadyPods } from "./steady.ts";
import { countOf, lostRequests } from "./under-traffic.ts";
import type { Spec } from "./rollout-without-loss-spec.ts";

export function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  return underCountedTraffic(context, {
    target: wanted,
    atLeast: wanted.requests,
    steady: async () => {
      const found = await requireSteadyPods(context, wanted.deployment);
      return found.ok ? { ok: true, before: found.pods } : found;
    },
    disturb: (pods) => restartAndTakeBack(context, pods),
    isKnown: ({ findings, leastReady }, pods) => findings.length > 0 || leastReady < floorOf(pods),
    rest: async () => {
      await awaitSteadyPods(context, wanted.deployment);
    },
    judge: (round) => Promise.resolve(judge({ wanted, context, ...round })),
  });
}

/** A rollout that may take away everything at once still has to leave somebody who answers. */
function floorOf({ deployment }: DeploymentPods): number {
  return Math.max(1, (deployment.spec.replicas ?? 1) - maxUnavailable(deployment));
}

interface Judged extends Round<DeploymentPods, RolledOut> {
  readonly wanted: Spec;
  readonly context: DisturbContext;
}

function judge(judged: Judged): readonly CheckFinding[] {
  const { context, before, value: restarted, report } = judged;
  const least = `at least ${String(restarted.leastReady)} pods were Ready at any time`;
  context.observed(`${countOf(report)} while the rollout was restarted and taken back; ${least}.`);
  const losses = report.failures > 0 ? [lost(judged)] : [];
  const low = restarted.leastReady < floorOf(before) ? [tooFewReady(judged)] : [];
  return [...restarted.findings, ...losses, ...low];
}

function lost({ wanted, context, before, report }: Judged): CheckFinding {
  return lostRequests({
    target: wanted,
    report,
    during: "the rollout was restarted",
    why: lossCause(before.deployment),
    next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
  });
}

function tooFewReady({ wanted, context, before, value: restarted }: Judged): CheckFinding {
  const { replicas = 1 } = before.deployment.spec;
  const floor = floorOf(before);
  const leastReady = String(restarted.leastReady);
  return {
    object: `Deployment/${wanted.deployment}`,
    path: "spec.strategy",
    reason: "too-few-ready",
    expected: `at least ${String(floor)} of ${String(replicas)} pods Ready at any time`,
    actual: `${leastReady} at the least`,
    message: `While the rollout was restarted, there was a time with ${leastReady} of ${String(replicas)} pods Ready. ${lossCause(before.deployment)}`,
    next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
  };
}
