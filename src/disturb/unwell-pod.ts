/** A pod that labctl has asked to misbehave: it is asked to be well again, or replaced. */
import { z } from "zod";
import type { Pod } from "../kube/objects.ts";
import { restartCount } from "../kube/restart-count.ts";
import { awaitSteadyPods } from "./at-rest.ts";
import type { DisturbanceContext, UndoContext, Undoable } from "./disturbance.ts";
import { withUndo } from "./with-undo.ts";

const taken = z.object({
  deployment: z.string(),
  pod: z.string(),
  uid: z.string(),
  /** How often its containers had been restarted before. */
  restarts: z.int(),
  /** What is asked to make it well again; without it, nothing but a restart does. */
  heal: z.string().optional(),
});

export type UnwellPod = z.infer<typeof taken>;

export const unwellPod: Undoable<UnwellPod> = {
  kind: "unwell-pod",
  taken,
  describeTaken: ({ pod }) => `pod ${pod}, which was asked to misbehave`,
  async undo(unwell, context) {
    const { kube, namespace, occasion } = context;
    const ref = { kind: "Pod", namespace, name: unwell.pod } as const;
    const pod = await kube.read(ref);
    const isSame = pod?.metadata.uid === unwell.uid && restartCount(pod) === unwell.restarts;
    // Its ReplicaSet makes another.
    if (pod && isSame && !(await isHealed(unwell, context))) await kube.remove(ref, { graceSeconds: 0 });
    if (occasion === "interrupted") return false;
    await awaitSteadyPods(context, unwell.deployment);
    return true;
  },
};

async function isHealed({ heal }: UnwellPod, { probe }: UndoContext): Promise<boolean> {
  if (heal === undefined) return false;
  const [answer] = await probe.request([{ url: heal }]);
  return answer?.ok === true && answer.status === 200;
}

interface Unwell {
  readonly deployment: string;
  readonly pod: Pod;
  /** A URL at its own address that makes it well again. */
  readonly heal?: string;
}

/**
 * Does something while a pod is unwell, which `work` makes it; afterwards it is well again, or another one is.
 * @param work calls `spared` where the pod did not do as it was asked: then it is left as it is.
 */
export function withUnwellPod<T>(
  context: DisturbanceContext,
  { deployment, pod, heal }: Unwell,
  work: (spared: () => void) => Promise<T>,
): Promise<T> {
  const { name, uid = "" } = pod.metadata;
  const own = { deployment, pod: name, uid, restarts: restartCount(pod) };
  const taken = heal === undefined ? own : { ...own, heal };
  return withUndo(context, { undoable: unwellPod, taken }, work);
}
