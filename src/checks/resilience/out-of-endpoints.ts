import { probeCause } from "../../diagnosis/probe-patience.ts";
import { readDeploymentPods, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import { restartCount } from "../../kube/restart-count.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { askPod, doesNotObey, isWell } from "./asked-pod.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import { withUnwellPod } from "../../disturb/unwell-pod.ts";
import { httpUrl } from "../../look/url.ts";
import { chooseVictim } from "./steady.ts";
import { countOf, lostRequests, underWatchedTraffic } from "./under-traffic.ts";
import type { Spec } from "./out-of-endpoints-spec.ts";

/** Without the pod, traffic has to go on for a while to show a loss. */
const withoutMs = 4000;

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const chosen = await chooseVictim(context, wanted.deployment);
  if (!chosen.ok) return chosen.findings;
  const { victim, before } = chosen;
  const tried = await underWatchedTraffic(context, wanted, () => takeRest({ wanted, context, victim }));
  await awaitSteadyPods(context, wanted.deployment);
  if (!tried.ok) return tried.findings;
  const { value, report } = tried;
  context.observed(`${countOf(report)} while pod ${victim.metadata.name} was unready.`);
  if (report.failures === 0) return value;
  const lost = lostRequests({
    target: wanted,
    report,
    during: "one pod was unready",
    why: await lossCause({ wanted, context, victim }, before),
    next: `kubectl -n ${context.namespace} get pods`,
  });
  return [...value, lost];
}

interface Resting {
  readonly wanted: Spec;
  readonly context: DisturbContext;
  readonly victim: Pod;
}

async function takeRest(resting: Resting): Promise<readonly CheckFinding[]> {
  const { wanted, context, victim } = resting;
  const question = { port: wanted.podPort, path: wanted.unready };
  const heal = httpUrl({
    host: victim.status?.podIP ?? "",
    ...question,
    path: `${wanted.unready}?seconds=0`,
  });
  return withUnwellPod(context, { deployment: wanted.deployment, pod: victim, heal }, async (spared) => {
    context.announce(`turning pod ${victim.metadata.name} unready by ${wanted.unready}`);
    const answer = await askPod(context, victim, question);
    if (!isWell(answer)) {
      spared();
      return [doesNotObey(context, { pod: victim, question, answer })];
    }
    const left = await leaves(resting);
    if (!left.done) return [stays(resting)];
    const took = `${String(Math.round(left.tookMs / 1000))} s`;
    context.observed(`The unready pod ${victim.metadata.name} was out of the endpoints after ${took}.`);
    await context.clock.sleep(withoutMs, context.signal);
    return [];
  });
}

function leaves({ wanted, context, victim }: Resting) {
  const { kube, namespace, signal } = context;
  const labelSelector = `kubernetes.io/service-name=${wanted.service}`;
  return context.wait({
    observe: async () => {
      const slices = await kube.list("EndpointSlice", { namespace, labelSelector });
      const inside = slices
        .flatMap(({ endpoints = [] }) => endpoints)
        .filter(({ conditions }) => conditions?.ready !== false);
      const done = !inside.some(({ targetRef }) => targetRef?.uid === victim.metadata.uid);
      return { done, value: undefined };
    },
    watch: ["EndpointSlice"],
    namespace,
    withinMs: wanted.withinSeconds * 1000,
    signal,
  });
}

function stays({ wanted, context, victim }: Resting): CheckFinding {
  const { withinSeconds } = wanted;
  const { name } = victim.metadata;
  const why = probeCause({ probe: "readinessProbe", containers: victim.spec.containers, withinSeconds });
  return {
    object: `Deployment/${wanted.deployment}`,
    path: "spec.template.spec.containers[].readinessProbe",
    reason: "stays-in-endpoints",
    expected: `pod ${name} out of the endpoints of Service ${wanted.service} within ${String(withinSeconds)} s`,
    actual: "still in the endpoints",
    message: `labctl turned pod ${name} unready, and Service ${wanted.service} went on sending it requests. ${why}`,
    next: `kubectl -n ${context.namespace} get endpointslices -l kubernetes.io/service-name=${wanted.service} -o yaml`,
  };
}

/** No pod ends here, so what fails is one that was restarted for it, or one of those that are left. */
async function lossCause({ wanted, context }: Resting, before: DeploymentPods): Promise<string> {
  if (before.ready.length === 1) return "There is one replica: nobody else was there to answer.";
  const { kube, namespace } = context;
  const now = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  const restarts = new Map(before.live.map((pod) => [pod.metadata.uid, restartCount(pod)]));
  const restarted = now?.live.find((pod) => restartCount(pod) > (restarts.get(pod.metadata.uid) ?? Infinity));
  if (restarted)
    return `Pod ${restarted.metadata.name} was restarted meanwhile: a liveness probe must not ask for what only means unready.`;
  const late = "The other pods were Ready, and did not answer in time.";
  const asks = before.deployment.spec.template.spec.containers.some(
    ({ resources }) => resources?.requests?.["cpu"],
  );
  return asks ? late : `${late} No container asks for CPU, so on a busy node it gets what others leave.`;
}
