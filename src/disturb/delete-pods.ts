import { z } from "zod";
import { deploymentCause } from "../diagnosis/deployment-cause.ts";
import {
  isLive,
  isOwnedBy,
  isReady,
  readDeploymentPods,
  type DeploymentPods,
} from "../kube/deployment-pods.ts";
import type { Pod } from "../kube/objects.ts";
import { awaitGone, awaitSteadyPods, isSteady, restMs } from "./at-rest.ts";
import { defineDisturbance, type DisturbContext, type DisturbFinding, type Undoable } from "./disturbance.ts";
import { withUndo } from "./with-undo.ts";

const count = z.int().positive().describe("So many of them; all where it is left out of what has a service.");

const spec = z.strictObject({
  pods: z
    .union([
      z.strictObject({ deployment: z.string().min(1), count: count.default(1) }),
      z.strictObject({ service: z.string().min(1), count: count.optional() }),
      z.strictObject({ named: z.string().min(1).describe("A value that a program told: names of pods.") }),
    ])
    .describe("Ready pods."),
  graceSeconds: z.int().nonnegative().optional().describe("0 kills them at once."),
});

type Spec = z.infer<typeof spec>;

const named = z.object({ name: z.string(), uid: z.string() });
const taken = z.object({ pods: z.array(named), deployments: z.array(z.string()) });

export type TakenPods = z.infer<typeof taken>;

/**
 * Pods that are taken away: their controllers make new ones, so that nothing has to be written. Until they are there,
 * a look at the lab would tell what labctl has done and not what the student has.
 */
export const takenPods: Undoable<TakenPods> = {
  kind: "delete-pods",
  taken,
  describeTaken: ({ pods }) => `what replaces ${pods.map(({ name }) => name).join(", ")}`,
  async undo({ deployments }, context) {
    if (context.occasion !== "later") return context.occasion === "ended";
    for (const name of deployments) await awaitSteadyPods(context, name);
    return true;
  },
};

export const deletePods = defineDisturbance({
  ...takenPods,
  spec,
  describe: ({ pods }) => `deleting ${describePods(pods)}`,
  async run({ pods: which, graceSeconds }, context, told = {}) {
    const { kube, namespace } = context;
    const chosen = await choose(context, which, told);
    if (chosen.length === 0) return { findings: [nobody(which, namespace)] };
    const deleted = chosen.map(({ metadata }) => metadata.name);
    const deployments = await withTakenPods(context, chosen, async (owners) => {
      context.announce(`deleting ${deleted.join(", ")}`);
      const grace = graceSeconds === undefined ? {} : { graceSeconds };
      await Promise.all(deleted.map((name) => kube.remove({ kind: "Pod", namespace, name }, grace)));
      await awaitGone(context, chosen);
      for (const name of owners) await awaitSteadyPods(context, name);
      return owners;
    });
    return { findings: await unreplaced(context, deployments), deleted };
  },
});

/** Takes pods away in whatever way `work` does, with that written down. @param work is given their Deployments. */
export async function withTakenPods<T>(
  context: DisturbContext,
  pods: readonly Pod[],
  work: (deployments: readonly string[]) => Promise<T>,
): Promise<T> {
  const deployments = await ownersOf(context, pods);
  const all = pods.map(({ metadata: { name, uid = "" } }) => ({ name, uid }));
  return withUndo(context, { undoable: takenPods, taken: { pods: all, deployments } }, () =>
    work(deployments),
  );
}

async function ownersOf({ kube, namespace }: DisturbContext, pods: readonly Pod[]): Promise<string[]> {
  const [replicaSets, deployments] = await Promise.all([
    kube.list("ReplicaSet", { namespace }),
    kube.list("Deployment", { namespace }),
  ]);
  const owning = replicaSets.filter((each) => pods.some((pod) => isOwnedBy(pod, each)));
  const owners = deployments.filter((each) => owning.some((replicaSet) => isOwnedBy(replicaSet, each)));
  return owners.map(({ metadata }) => metadata.name);
}

async function choose(
  { kube, namespace }: DisturbContext,
  which: Spec["pods"],
  told: Readonly<Record<string, unknown>>,
): Promise<readonly Pod[]> {
  if ("deployment" in which) {
    const found = await readDeploymentPods(kube, { namespace, name: which.deployment });
    return (found?.ready ?? []).slice(0, which.count);
  }
  const pods = (await kube.list("Pod", { namespace })).filter((pod) => isLive(pod) && isReady(pod));
  if ("named" in which) {
    const names = z.union([z.string(), z.array(z.string())]).parse(told[which.named]);
    return pods.filter(({ metadata }) => names.includes(metadata.name));
  }
  const labelSelector = `kubernetes.io/service-name=${which.service}`;
  const slices = await kube.list("EndpointSlice", { namespace, labelSelector });
  const uids = new Set(
    slices.flatMap(({ endpoints = [] }) => endpoints.map(({ targetRef }) => targetRef?.uid)),
  );
  return pods.filter(({ metadata }) => uids.has(metadata.uid)).slice(0, which.count);
}

function describePods(which: Spec["pods"]): string {
  if ("named" in which) return `the pods that ${which.named} names`;
  const many =
    which.count === undefined ? "the pods" : which.count === 1 ? "a pod" : `${String(which.count)} pods`;
  return "service" in which
    ? `${many} behind Service ${which.service}`
    : `${many} of Deployment ${which.deployment}`;
}

function nobody(which: Spec["pods"], namespace: string): DisturbFinding {
  const object =
    "service" in which
      ? `Service/${which.service}`
      : "named" in which
        ? `Pod/${which.named}`
        : `Deployment/${which.deployment}`;
  return {
    object,
    expected: "a Ready pod to delete",
    actual: "none",
    message: `There is no Ready pod to delete: ${describePods(which)} was to be.`,
    next: `kubectl -n ${namespace} get pods -o wide`,
  };
}

async function unreplaced(
  context: DisturbContext,
  deployments: readonly string[],
): Promise<readonly DisturbFinding[]> {
  const { kube, namespace } = context;
  const all = await Promise.all(deployments.map((name) => readDeploymentPods(kube, { namespace, name })));
  return Promise.all(
    all.flatMap((seen) => (seen === undefined || isSteady(seen) ? [] : [notReplaced(context, seen)])),
  );
}

async function notReplaced(context: DisturbContext, seen: DeploymentPods): Promise<DisturbFinding> {
  const { name } = seen.deployment.metadata;
  const { replicas = 1 } = seen.deployment.spec;
  const cause = await deploymentCause(context, seen);
  return {
    object: `Deployment/${name}`,
    path: "status",
    expected: `${String(replicas)} Ready pods again`,
    actual: `${String(seen.ready.length)} Ready of ${String(seen.live.length)}`,
    message: `labctl deleted a pod of Deployment ${name}, and it did not come to rest again within ${String(restMs / 1000)} s. ${cause.message}`,
    next: cause.next,
  };
}
