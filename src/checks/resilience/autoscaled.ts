import {
  cpuMetric,
  metricsCause,
  requestCause,
  scalingCause,
  type Autoscaler,
  type MissingLink,
} from "../../diagnosis/autoscaler-cause.ts";
import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { findAutoscaler } from "./find-autoscaler.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { underTraffic } from "./under-traffic.ts";
import type { Spec } from "./autoscaled-spec.ts";

/** Until metrics-server has seen the pods, and the autoscaler has asked it. */
const measuredMs = 75_000;

/** An autoscaler waits five minutes before it takes away what a load before has called for. */
const shrinksMs = 360_000;

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const found = await requireReadyPods(context, { ...wanted, replicas: { atLeast: 1 } });
  if (!found.ok) return found.findings;
  const target = await findAutoscaler(context, wanted.deployment);
  if (!target.ok) return target.findings;
  const { autoscaler } = target;
  const broken = brokenLink({ wanted, autoscaler }) ?? requestCause({ autoscaler, pods: found.pods.ready });
  if (broken) return [finding(context, autoscaler, broken)];
  const unmeasured = await awaitMeasured(context, wanted, autoscaler);
  if (unmeasured) return [finding(context, autoscaler, unmeasured)];
  const idle = await awaitIdle(wanted, context);
  if (!idle.done) return [staysLarge(wanted, context, idle.value)];
  return raise({ wanted, context, autoscaler, from: idle.value });
}

function brokenLink({ wanted, autoscaler }: Pick<Raised, "wanted" | "autoscaler">): MissingLink | undefined {
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  const { name } = autoscaler.metadata;
  if (cpuMetric(autoscaler) === undefined) {
    const message = `HorizontalPodAutoscaler ${name} has no metric on CPU.`;
    return {
      reason: "no-cpu-metric",
      path: "spec.metrics",
      expected: "a metric on cpu",
      actual: "none",
      message,
    };
  }
  if (minReplicas === wanted.min && maxReplicas === wanted.max) return undefined;
  const why = maxReplicas < wanted.atLeast ? ", a ceiling that the load would need to go through" : "";
  return {
    reason: "another-range",
    path: "spec.maxReplicas",
    expected: `${String(wanted.min)} to ${String(wanted.max)} replicas`,
    actual: `${String(minReplicas)} to ${String(maxReplicas)}`,
    message: `HorizontalPodAutoscaler ${name} goes from minReplicas ${String(minReplicas)} to maxReplicas ${String(maxReplicas)}${why}; it should go from ${String(wanted.min)} to ${String(wanted.max)}.`,
  };
}

function finding({ namespace }: DisturbContext, { metadata }: Autoscaler, link: MissingLink): CheckFinding {
  return {
    object: `HorizontalPodAutoscaler/${metadata.name}`,
    ...link,
    next: `kubectl -n ${namespace} describe hpa ${metadata.name}`,
  };
}

async function awaitMeasured(
  context: DisturbContext,
  { deployment }: Spec,
  autoscaler: Autoscaler,
): Promise<MissingLink | undefined> {
  context.announce(`waiting for a measurement by HorizontalPodAutoscaler ${autoscaler.metadata.name}`);
  const waited = await context.wait({
    observe: async () => {
      const now = await findAutoscaler(context, deployment);
      const value = metricsCause(now.ok ? now.autoscaler : autoscaler);
      return { done: value === undefined, value };
    },
    withinMs: measuredMs,
    everyMs: 2000,
    signal: context.signal,
  });
  return waited.value;
}

/** What a load before has called for goes first: who is large already cannot rise. */
function awaitIdle(wanted: Spec, context: DisturbContext) {
  context.announce(
    `waiting until Deployment ${wanted.deployment} has fewer than ${String(wanted.atLeast)} replicas`,
  );
  return awaitReady({ wanted, context, withinMs: shrinksMs }, (ready) => ready < wanted.atLeast);
}

interface Awaited {
  readonly wanted: Spec;
  readonly context: DisturbContext;
  readonly withinMs: number;
}

function awaitReady({ wanted, context, withinMs }: Awaited, isEnough: (ready: number) => boolean) {
  const { kube, namespace, signal } = context;
  return context.wait({
    observe: async () => {
      const pods = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
      const value = pods?.ready.length ?? 0;
      return { done: isEnough(value), value };
    },
    watch: ["Pod"],
    namespace,
    withinMs,
    signal,
  });
}

function staysLarge(
  { deployment, atLeast }: Spec,
  { namespace }: DisturbContext,
  ready: number,
): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "spec.replicas",
    reason: "stays-large",
    expected: `fewer than ${String(atLeast)} replicas without load`,
    actual: String(ready),
    message: `Deployment ${deployment} still has ${String(ready)} Ready replicas without any load by labctl, so it cannot be seen whether it rises. Is your own load still running?`,
    next: `kubectl -n ${namespace} get hpa,pods`,
  };
}

interface Raised {
  readonly wanted: Spec;
  readonly context: DisturbContext;
  readonly autoscaler: Autoscaler;
  /** Ready replicas before. */
  readonly from: number;
}

async function raise(raised: Raised): Promise<readonly CheckFinding[]> {
  const { wanted, context, from } = raised;
  context.announce(`making Deployment ${wanted.deployment} compute, by ${wanted.path}`);
  const tried = await underTraffic(context, wanted, () =>
    awaitReady(
      { wanted, context, withinMs: wanted.withinSeconds * 1000 },
      (ready) => ready >= wanted.atLeast,
    ),
  );
  if (!tried.ok) return tried.findings;
  const { done, value: ready, tookMs } = tried.value;
  const requests = String(tried.report.requests);
  context.observed(
    `Ready replicas went from ${String(from)} to ${String(ready)} in ${String(Math.round(tookMs / 1000))} s, under ${requests} requests to ${wanted.path}.`,
  );
  return done ? [] : [await notRaised(raised)];
}

async function notRaised({ wanted, context, autoscaler }: Raised): Promise<CheckFinding> {
  const { kube, namespace } = context;
  const now = await findAutoscaler(context, wanted.deployment);
  const seen = now.ok ? now.autoscaler : autoscaler;
  const unmeasured = metricsCause(seen);
  if (unmeasured) return finding(context, seen, unmeasured);
  const pods = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  if (!pods || (seen.status?.desiredReplicas ?? 0) < wanted.atLeast) {
    return finding(context, seen, scalingCause(seen, wanted.atLeast));
  }
  const { reason, message, actual, next } = await deploymentCause(context, pods);
  const expected = `${String(wanted.atLeast)} Ready replicas`;
  return { reason, object: `Deployment/${wanted.deployment}`, expected, actual, message, next };
}
