import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { placementCause } from "../../diagnosis/node-loss-cause.ts";
import { readDeploymentPods, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { answersInARow, inARow } from "./answers-in-a-row.ts";
import { findService } from "../../look/find-service.ts";
import { whyNotOwnSoon } from "../../look/own-endpoints.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import { withoutNode } from "../../disturb/stop-node.ts";
import { requireSteadyPods } from "./steady.ts";
import { httpUrl } from "../../look/url.ts";
import type { Spec } from "./node-loss-spec.ts";

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const before = await requireSteadyPods(context, wanted.deployment);
  if (!before.ok) return before.findings;
  const found = await findService(context, wanted);
  if (!found.ok) return found.findings;
  const elsewhere = await whyNotOwnSoon(wanted, context);
  if (elsewhere.length > 0) return elsewhere;
  const node = await busiestWorker(context, before.pods);
  if (node === undefined) return [onNoWorker(wanted, context)];
  const url = httpUrl({ host: found.clusterIP, port: wanted.port, path: "/" });
  const findings = await withoutNode(context, node, (stoppedAt) =>
    watchLoss({ wanted, context, node, url, stoppedAt, before: before.pods }),
  );
  await awaitSteadyPods(context, wanted.deployment);
  return findings;
}

async function busiestWorker(
  { kube }: DisturbContext,
  { ready }: DeploymentPods,
): Promise<string | undefined> {
  const nodes = await kube.list("Node");
  const workers = nodes
    .filter(({ metadata }) => metadata.labels?.["node-role.kubernetes.io/control-plane"] === undefined)
    .map(({ metadata }) => ({
      name: metadata.name,
      pods: ready.filter(({ spec: { nodeName } }) => nodeName === metadata.name).length,
    }));
  const [busiest] = workers.sort((a, b) => b.pods - a.pods);
  return busiest && busiest.pods > 0 ? busiest.name : undefined;
}

function onNoWorker({ deployment }: Spec, { namespace }: DisturbContext): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    reason: "on-no-worker",
    expected: "pods on the worker nodes",
    actual: "none",
    message: `No pod of Deployment ${deployment} runs on a worker node, so none of them can be stopped.`,
    next: `kubectl -n ${namespace} get pods -o wide`,
  };
}

interface Loss {
  readonly wanted: Spec;
  readonly context: DisturbContext;
  readonly node: string;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly stoppedAt: number;
  readonly before: DeploymentPods;
}

async function watchLoss(loss: Loss): Promise<readonly CheckFinding[]> {
  const { wanted, context } = loss;
  const answered = await awaitAnswers(loss);
  const elsewhere = await awaitElsewhere(loss);
  if (answered !== undefined && elsewhere.done) {
    context.observed(
      `Without node ${loss.node} the Service answered again after ${seconds(answered)}, and all replicas were available elsewhere after ${seconds(elsewhere.afterMs)}.`,
    );
    return [];
  }
  const silent = answered === undefined ? [noAnswers(loss)] : [];
  const lacking = elsewhere.done ? [] : [await notElsewhere(loss, elsewhere.pods)];
  context.observed(`Node ${loss.node} was stopped for ${seconds(context.clock.elapsed() - loss.stoppedAt)}.`);
  return [...silent, ...lacking].map((finding) => ({
    ...finding,
    object: `Deployment/${wanted.deployment}`,
  }));
}

function seconds(ms: number): string {
  return `${String(Math.round(ms / 1000))} s`;
}

/** Milliseconds after which the Service answered every request; undefined when it did not in time. */
async function awaitAnswers({ wanted, context, url, stoppedAt }: Loss): Promise<number | undefined> {
  const { clock, signal } = context;
  const waited = await context.wait({
    observe: async () => ({ done: await answersInARow(context, { url, timeoutMs: 2000 }), value: undefined }),
    watch: ["EndpointSlice"],
    namespace: context.namespace,
    withinMs: stoppedAt + wanted.answersWithinSeconds * 1000 - clock.elapsed(),
    signal,
  });
  return waited.done ? clock.elapsed() - stoppedAt : undefined;
}

async function awaitElsewhere({ wanted, context, node, stoppedAt, before }: Loss) {
  const { kube, namespace, clock, signal } = context;
  const { replicas = 1 } = before.deployment.spec;
  const waited = await context.wait({
    observe: async () => {
      const pods = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
      const ready = (pods?.ready ?? []).filter((pod) => pod.spec.nodeName !== node);
      return { done: ready.length >= replicas, value: pods };
    },
    watch: ["Pod"],
    namespace,
    withinMs: stoppedAt + wanted.availableWithinSeconds * 1000 - clock.elapsed(),
    signal,
  });
  return { done: waited.done, pods: waited.value, afterMs: clock.elapsed() - stoppedAt };
}

function noAnswers({ wanted, context, node, before }: Loss): CheckFinding {
  const within = `${String(wanted.answersWithinSeconds)} s`;
  return {
    object: `Service/${wanted.service}`,
    reason: "no-answers-without-a-node",
    expected: `${String(inARow)} answers in a row within ${within} after the loss of a node`,
    actual: "requests without an answer",
    message: `With node ${node} stopped, Service ${wanted.service} did not answer every request again within ${within}. ${placementCause(before, node)}`,
    next: `kubectl -n ${context.namespace} get pods -o wide`,
  };
}

async function notElsewhere(
  { wanted, context, node, before }: Loss,
  pods: DeploymentPods | undefined,
): Promise<CheckFinding> {
  const { replicas = 1 } = before.deployment.spec;
  const elsewhere = (pods?.ready ?? []).filter((pod) => pod.spec.nodeName !== node).length;
  const loyal = (pods?.live ?? []).filter((pod) => pod.spec.nodeName === node);
  const cause =
    loyal.length > 0 || !pods ? placementCause(before, node) : (await deploymentCause(context, pods)).message;
  return {
    object: `Deployment/${wanted.deployment}`,
    reason: "not-available-elsewhere",
    path: "spec.template.spec.tolerations",
    expected: `${String(replicas)} Ready pods on other nodes within ${String(wanted.availableWithinSeconds)} s`,
    actual: `${String(elsewhere)} of ${String(replicas)}`,
    message: `With node ${node} stopped, ${String(elsewhere)} of ${String(replicas)} pods were Ready elsewhere after ${String(wanted.availableWithinSeconds)} s. ${cause}`,
    next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
  };
}
