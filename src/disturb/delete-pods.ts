import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { isLive, isReady, readDeploymentPods } from "../kube/deployment-pods.ts";
import type { Pod } from "../kube/objects.ts";
import { awaitGone } from "./at-rest.ts";
import { deletePodsSpec, type DeletePodsSpec } from "./delete-pods-spec.ts";
import {
  defineDisturbance,
  type DisturbanceContext,
  type DisturbFinding,
  type Undoable,
} from "./disturbance.ts";
import { awaitReplaced, findUnreplaced, owners, ownersOf, type Owners } from "./replaced.ts";
import { withUndo } from "./with-undo.ts";

const named = z.object({ name: z.string(), uid: z.string() });
const taken = owners.extend({ pods: z.array(named) });

export type TakenPods = z.infer<typeof taken>;

/**
 * Pods that are taken away: their controllers make new ones, so that nothing has to be written. Until they are there,
 * a look at the lab would tell what labctl has done and not what the student has.
 */
export const takenPods: Undoable<TakenPods> = {
  kind: "delete-pods",
  taken,
  describeTaken: ({ pods }) => `what replaces ${pods.map(({ name }) => name).join(", ")}`,
  async undo(gone, context) {
    if (context.occasion !== "later") return context.occasion === "ended";
    await awaitReplaced(context, gone);
    return true;
  },
};

export const deletePods = defineDisturbance({
  ...takenPods,
  spec: deletePodsSpec,
  describe: ({ pods }) => `deleting ${describePods(pods)}`,
  async run({ pods: which, graceSeconds }, context, told = {}) {
    const { kube, namespace } = context;
    const chosen = await choose(context, which, told);
    if (chosen.length === 0) return { findings: [nobody(which, namespace)] };
    const deleted = chosen.map(({ metadata }) => metadata.name);
    const by = await withTakenPods(context, chosen, async (owning) => {
      context.announce(`deleting ${deleted.join(", ")}`);
      const grace = graceSeconds === undefined ? {} : { graceSeconds };
      await Promise.all(deleted.map((name) => kube.remove({ kind: "Pod", namespace, name }, grace)));
      await awaitGone(context, chosen);
      await awaitReplaced(context, owning);
      return owning;
    });
    return { findings: await findUnreplaced(context, by), deleted };
  },
});

/** Takes pods away in whatever way `work` does, with that written down. @param work is given whose they are. */
export async function withTakenPods<T>(
  context: DisturbanceContext,
  pods: readonly Pod[],
  work: (by: Owners) => Promise<T>,
): Promise<T> {
  const by = await ownersOf(context, pods);
  const all = pods.map(({ metadata: { name, uid = "" } }) => ({ name, uid }));
  return withUndo(context, { undoable: takenPods, taken: { pods: all, ...by } }, () => work(by));
}

async function choose(
  { kube, namespace }: DisturbanceContext,
  which: DeletePodsSpec["pods"],
  told: Readonly<Record<string, unknown>>,
): Promise<readonly Pod[]> {
  if ("deployment" in which) {
    const found = await readDeploymentPods(kube, { namespace, name: which.deployment });
    return (found?.ready ?? []).slice(0, which.count);
  }
  const pods = (await kube.list("Pod", { namespace })).filter((pod) => isLive(pod) && isReady(pod));
  if ("named" in which) {
    const names = namesIn(told, which.named);
    return pods.filter(({ metadata }) => names.includes(metadata.name));
  }
  const labelSelector = `kubernetes.io/service-name=${which.service}`;
  const slices = await kube.list("EndpointSlice", { namespace, labelSelector });
  const uids = new Set(
    slices.flatMap(({ endpoints = [] }) => endpoints.map(({ targetRef }) => targetRef?.uid)),
  );
  return pods.filter(({ metadata }) => uids.has(metadata.uid)).slice(0, which.count);
}

function namesIn(told: Readonly<Record<string, unknown>>, value: string): readonly string[] {
  const read = z.union([z.string().transform((name) => [name]), z.array(z.string())]).safeParse(told[value]);
  if (read.success) return read.data;
  throw new EnvironmentError({
    message: `The lab's programs told no value ${value} that names pods, so there is nothing to delete.`,
    lastSeen: value in told ? JSON.stringify(told[value]) : "no such value",
    hint: "Check again; if it stays so, the program is at fault, not you.",
  });
}

function describePods(which: DeletePodsSpec["pods"]): string {
  if ("named" in which) return `the pods that ${which.named} names`;
  const many =
    which.count === undefined ? "the pods" : which.count === 1 ? "a pod" : `${String(which.count)} pods`;
  return "service" in which
    ? `${many} behind Service ${which.service}`
    : `${many} of Deployment ${which.deployment}`;
}

function nobody(which: DeletePodsSpec["pods"], namespace: string): DisturbFinding {
  const object =
    "service" in which
      ? `Service/${which.service}`
      : "named" in which
        ? `Pod/${which.named}`
        : `Deployment/${which.deployment}`;
  return {
    object,
    reason: "no-pod-to-delete",
    expected: "a Ready pod to delete",
    actual: "none",
    message: `There is no Ready pod to delete: ${describePods(which)} was to be.`,
    next: `kubectl -n ${namespace} get pods -o wide`,
  };
}
