import { probeCause } from "../../diagnosis/probe-patience.ts";
import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import { restartCount } from "../../kube/restart-count.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { askPod, doesNotObey, isWell } from "./asked-pod.ts";
import { withUnwellPod } from "../../disturb/unwell-pod.ts";
import { chooseVictim } from "./steady.ts";
import type { Spec } from "./restarted-when-wedged-spec.ts";

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const chosen = await chooseVictim(context, wanted.deployment);
  if (!chosen.ok) return chosen.findings;
  const { victim, before } = chosen;
  // A pod that nobody restarts would hang for ever.
  return withUnwellPod(context, { deployment: wanted.deployment, pod: victim }, async (spared) => {
    context.announce(`wedging pod ${victim.metadata.name} by ${wanted.path}`);
    const answer = await askPod(context, victim, wanted);
    if (!isWell(answer)) {
      spared();
      return [doesNotObey(context, { pod: victim, question: wanted, answer })];
    }
    return watchRestart({ wanted, context, victim, before: restartsOf(before.live) });
  });
}

/** Restarts of each pod's containers together, by the pod's UID. */
type Restarts = ReadonlyMap<string, number>;

function restartsOf(pods: readonly Pod[]): Restarts {
  return new Map(pods.map((pod) => [uidOf(pod), restartCount(pod)]));
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? metadata.name;
}

interface Wedged {
  readonly wanted: Spec;
  readonly context: DisturbContext;
  readonly victim: Pod;
}

async function watchRestart(
  wedged: Wedged & { readonly before: Restarts },
): Promise<readonly CheckFinding[]> {
  const { wanted, context, victim, before } = wedged;
  const { namespace } = context;
  const waited = await context.wait({
    observe: async () => {
      const seen = await readDeploymentPods(context.kube, { namespace, name: wanted.deployment });
      const value = seen?.live ?? [];
      const own = value.find((pod) => uidOf(pod) === uidOf(victim));
      const isRestarted = own !== undefined && restartCount(own) > (before.get(uidOf(victim)) ?? 0);
      const again = { port: wanted.port, path: "/", timeoutMs: 2000 };
      return { done: isRestarted && isWell(await askPod(context, own, again)), value };
    },
    watch: ["Pod"],
    namespace,
    withinMs: wanted.withinSeconds * 1000,
    signal: context.signal,
  });
  const others = waited.value.filter(
    (pod) => uidOf(pod) !== uidOf(victim) && restartCount(pod) > (before.get(uidOf(pod)) ?? 0),
  );
  if (!waited.done) return [notRestarted(wedged, waited.value)];
  const took = `${String(Math.round(waited.tookMs / 1000))} s`;
  context.observed(`The wedged pod ${victim.metadata.name} was restarted and answered again after ${took}.`);
  return others.map((pod) => restartedToo(context, pod));
}

function notRestarted({ wanted, context, victim }: Wedged, pods: readonly Pod[]): CheckFinding {
  const { name } = victim.metadata;
  const { withinSeconds } = wanted;
  const own = pods.find((pod) => uidOf(pod) === uidOf(victim));
  const restarted = own !== undefined && restartCount(own) > restartCount(victim);
  const { containers } = victim.spec;
  const why = restarted
    ? "Its container was restarted, but it does not answer yet."
    : probeCause({ probe: "livenessProbe", containers, withinSeconds });
  return {
    object: `Deployment/${wanted.deployment}`,
    path: "spec.template.spec.containers[].livenessProbe",
    reason: "not-restarted",
    expected: `a restart and an answer within ${String(withinSeconds)} s`,
    actual: restarted ? "restarted, no answer" : "no restart",
    message: `labctl made pod ${name} hang, and it did not answer again within ${String(withinSeconds)} s. ${why}`,
    next: `kubectl -n ${context.namespace} describe deployment ${wanted.deployment}`,
  };
}

function restartedToo({ namespace }: DisturbContext, { metadata: { name } }: Pod): CheckFinding {
  return {
    object: `Pod/${name}`,
    path: "status.containerStatuses[].restartCount",
    reason: "restarted-as-well",
    expected: "no restart of a pod that is well",
    actual: "restarted as well",
    message: `Pod ${name} was restarted as well, though nothing was done to it: its liveness probe fails now and then.`,
    next: `kubectl -n ${namespace} describe pod ${name}`,
  };
}
