import { withTakenPods } from "../../disturb/delete-pods.ts";
import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { isOwnedBy, readDeploymentPods, uidsOf, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { missing } from "../../look/missing.ts";
import { requireReadyPods, type ReadyPods } from "../../look/ready-pods.ts";
import type { Replicas } from "../../look/replicas.ts";

/** How long a Deployment that has just been changed may take to be healthy before anything is disturbed. */
const settleMs = 15_000;

export interface Replaced {
  readonly deployment: string;
  /** Ready before, and again after. */
  readonly replicas: Replicas;
  readonly withinSeconds: number;
}

export interface Taking {
  /** "deleting". */
  readonly doing: string;
  /** "deleted". */
  readonly done: string;
  take(pod: { readonly name: string; readonly namespace: string }): Promise<void>;
}

/** Takes one pod of a healthy Deployment away, and waits until its ReplicaSet has made a new one. */
export async function replaceOne(
  context: DisturbContext,
  wanted: Replaced,
  taking: Taking,
): Promise<ReadyPods> {
  const found = await requireSettledPods(context, wanted);
  const [victim] = found.ok ? found.pods.ready : [];
  if (!found.ok || !victim) return found;
  const { name } = victim.metadata;
  context.announce(`${taking.doing} pod ${name}`);
  return withTakenPods(context, [victim], async () => {
    await taking.take({ name, namespace: context.namespace });
    const { withinSeconds } = wanted;
    return awaitReplacement(context, { before: found.pods, victim, deed: taking.done, withinSeconds });
  });
}

/** Nothing that is not healthy is disturbed: why it is not is the finding. */
async function requireSettledPods(context: DisturbContext, wanted: Replaced): Promise<ReadyPods> {
  const waited = await context.wait({
    observe: async () => {
      const value = await requireReadyPods(context, wanted);
      const hopeless = !value.ok && value.findings.some(isAbsent);
      return { done: value.ok || hopeless, value };
    },
    watch: ["Pod"],
    namespace: context.namespace,
    withinMs: settleMs,
    signal: context.signal,
  });
  return waited.value;
}

function isAbsent({ object, actual }: CheckFinding): boolean {
  return (
    object.startsWith("Deployment/") && (actual === "not found" || actual.startsWith("one in namespace"))
  );
}

interface Lost {
  readonly before: DeploymentPods;
  readonly victim: Pod;
  /** What labctl did to it: "deleted". */
  readonly deed: string;
  readonly withinSeconds: number;
}

/** Waits until the ReplicaSet of a pod that labctl took away has made a new one, and all are Ready. */
export async function awaitReplacement(context: DisturbContext, lost: Lost): Promise<ReadyPods> {
  const { before, victim, deed, withinSeconds } = lost;
  const { kube, namespace } = context;
  const { name } = before.deployment.metadata;
  const count = before.ready.length;
  const waited = await context.wait({
    observe: async () => {
      const value = await readDeploymentPods(kube, { namespace, name });
      return { done: value !== undefined && isReplaced(value, lost), value };
    },
    watch: ["Pod"],
    namespace,
    withinMs: withinSeconds * 1000,
    signal: context.signal,
  });
  if (!waited.value) return { ok: false, findings: [missing({ kind: "Deployment", name, namespace })] };
  if (waited.done) return { ok: true, pods: waited.value };
  const cause = await deploymentCause(context, waited.value);
  const finding = {
    object: `Deployment/${name}`,
    reason: "not-replaced",
    expected: `${String(count)} Ready pods within ${String(withinSeconds)} s, one of them new`,
    actual: `${String(waited.value.ready.length)} Ready pods`,
    message: `labctl ${deed} pod ${victim.metadata.name}, and its ReplicaSet did not replace it in time. ${cause.message}`,
    next: cause.next,
  };
  return { ok: false, findings: [finding] };
}

/** As many Ready as before, nothing still on its way, and a new one of the same ReplicaSet. */
function isReplaced({ live, ready }: DeploymentPods, { before, victim }: Lost): boolean {
  if (ready.length < before.ready.length || live.length !== ready.length) return false;
  const owner = before.replicaSets.find((replicaSet) => isOwnedBy(victim, replicaSet));
  const known = uidsOf(before.live);
  return ready.some((pod) => owner && isOwnedBy(pod, owner) && !known.has(pod.metadata.uid ?? ""));
}
