/** Whose pods were taken away, and whether it has made others. */
import { z } from "zod";
import { deploymentCause } from "../diagnosis/deployment-cause.ts";
import { podCause } from "../diagnosis/pod-cause.ts";
import {
  isLive,
  isOwnedBy,
  isReady,
  readDeploymentPods,
  type DeploymentPods,
} from "../kube/deployment-pods.ts";
import type { KubeReads } from "../kube/kube.ts";
import type { Pod, Workload } from "../kube/objects.ts";
import { awaitSteadyPods, isSteady, restMs, type Waiting } from "./at-rest.ts";
import type { DisturbanceContext, DisturbFinding } from "./disturbance.ts";

/** Names of what makes new pods in the place of others. */
export const owners = z.object({
  deployments: z.array(z.string()),
  statefulSets: z.array(z.string()).default([]),
});

export type Owners = z.infer<typeof owners>;

interface Place {
  readonly kube: KubeReads;
  readonly namespace: string;
}

export async function ownersOf({ kube, namespace }: Place, pods: readonly Pod[]): Promise<Owners> {
  const [replicaSets, deployments, statefulSets] = await Promise.all([
    kube.list("ReplicaSet", { namespace }),
    kube.list("Deployment", { namespace }),
    kube.list("StatefulSet", { namespace }),
  ]);
  const owning = replicaSets.filter((each) => pods.some((pod) => isOwnedBy(pod, each)));
  return {
    deployments: namesOf(deployments.filter((each) => owning.some((set) => isOwnedBy(set, each)))),
    statefulSets: namesOf(statefulSets.filter((each) => pods.some((pod) => isOwnedBy(pod, each)))),
  };
}

function namesOf(workloads: readonly Workload[]): string[] {
  return workloads.map(({ metadata }) => metadata.name);
}

/** Waits until all of them are at rest again, or leaves it to the next look to say why not. */
export async function awaitReplaced(context: Waiting, { deployments, statefulSets }: Owners): Promise<void> {
  for (const name of deployments) await awaitSteadyPods(context, name);
  for (const name of statefulSets) await awaitWholeSet(context, name);
}

async function awaitWholeSet({ kube, wait, namespace, signal }: Waiting, name: string): Promise<void> {
  await wait({
    observe: async () => {
      const value = await readSetPods({ kube, namespace }, name);
      return { done: value === undefined || isWhole(value), value };
    },
    watch: ["StatefulSet", "Pod"],
    namespace,
    withinMs: restMs,
    ...(signal ? { signal } : {}),
  });
}

interface SetPods {
  readonly set: Workload;
  readonly live: readonly Pod[];
}

async function readSetPods({ kube, namespace }: Place, name: string): Promise<SetPods | undefined> {
  const set = await kube.read({ kind: "StatefulSet", namespace, name });
  if (!set) return undefined;
  const pods = await kube.list("Pod", { namespace });
  return { set, live: pods.filter((pod) => isLive(pod) && isOwnedBy(pod, set)) };
}

function isWhole({ set, live }: SetPods): boolean {
  return live.length === (set.spec.replicas ?? 1) && live.every(isReady);
}

/** What has not made as many Ready pods again, and why. */
export async function findUnreplaced(
  context: DisturbanceContext,
  { deployments, statefulSets }: Owners,
): Promise<readonly DisturbFinding[]> {
  const { kube, namespace } = context;
  const [all, sets] = await Promise.all([
    Promise.all(deployments.map((name) => readDeploymentPods(kube, { namespace, name }))),
    Promise.all(statefulSets.map((name) => readSetPods(context, name))),
  ]);
  return Promise.all([
    ...all.flatMap((seen) =>
      seen === undefined || isSteady(seen) ? [] : [deploymentFinding(context, seen)],
    ),
    ...sets.flatMap((seen) => (seen === undefined || isWhole(seen) ? [] : [setFinding(context, seen)])),
  ]);
}

async function deploymentFinding(context: DisturbanceContext, seen: DeploymentPods): Promise<DisturbFinding> {
  const { deployment, ready, live } = seen;
  return notReplaced(deployment, { ready, live }, await deploymentCause(context, seen));
}

async function setFinding(context: DisturbanceContext, { set, live }: SetPods): Promise<DisturbFinding> {
  const { name } = set.metadata;
  const unready = live.find((pod) => !isReady(pod));
  const cause = unready
    ? await podCause(context, unready)
    : {
        message: `StatefulSet ${name} has ${String(live.length)} pods.`,
        next: `kubectl -n ${context.namespace} describe statefulset ${name}`,
      };
  return notReplaced(set, { live, ready: live.filter(isReady) }, cause);
}

function notReplaced(
  { kind, metadata: { name }, spec: { replicas = 1 } }: Workload,
  { ready, live }: Pick<DeploymentPods, "ready" | "live">,
  cause: { readonly message: string; readonly next: string },
): DisturbFinding {
  return {
    object: `${kind}/${name}`,
    path: "status",
    reason: "not-replaced",
    expected: `${String(replicas)} Ready pods again`,
    actual: `${String(ready.length)} Ready of ${String(live.length)}`,
    message: `labctl deleted a pod of ${kind} ${name}, and it did not come to rest again within ${String(restMs / 1000)} s. ${cause.message}`,
    next: cause.next,
  };
}
