import type { Pod } from "../kube/objects.ts";
import type { LookContext, CheckFinding } from "./look.ts";

/** A pod whose status nobody stands behind. */
export interface HollowPod {
  readonly pod: Pod;
  /** As a clause: "there is no node ghost". */
  readonly why: string;
}

export interface Standing {
  readonly standing: readonly Pod[];
  readonly hollow: readonly HollowPod[];
}

/** A kubelet looks at what its container runtime has every two seconds, so a pod may be Ready before it says that it runs. */
const saidWithinMs = 6000;

/** Tells pods that run from those that only say so: a status can be written by hand, on a node that does not exist as well. */
export async function askStanding(context: LookContext, pods: readonly Pod[]): Promise<Standing> {
  const waited = await context.wait({
    observe: async () => {
      const hollow = await findHollow(context, pods);
      return { done: hollow.every(({ forGood }) => forGood), value: hollow };
    },
    withinMs: saidWithinMs,
    everyMs: 1000,
    signal: context.signal,
  });
  const gone = new Set(waited.value.map(({ pod }) => pod));
  return { standing: pods.filter((pod) => !gone.has(pod)), hollow: waited.value };
}

interface Hollow extends HollowPod {
  /** Whether asking again is of no use. */
  readonly forGood: boolean;
}

async function findHollow({ kube }: LookContext, pods: readonly Pod[]): Promise<readonly Hollow[]> {
  const names = [...new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []))];
  const asked = await Promise.all(names.map(async (name) => [name, await kube.runningPods(name)] as const));
  const byNode = new Map(asked);
  return pods.flatMap((pod): readonly Hollow[] => {
    const { nodeName = "(none)" } = pod.spec;
    const node = byNode.get(nodeName);
    if (!node?.ok) return [{ pod, why: node?.why ?? "it is on no node", forGood: true }];
    if (node.uids.has(pod.metadata.uid ?? "")) return [];
    return [{ pod, why: `the kubelet of node ${nodeName} runs no container of it`, forGood: false }];
  });
}

export function notStanding(
  { pod: { metadata, spec }, why }: HollowPod,
  { namespace }: LookContext,
): CheckFinding {
  return {
    object: `Pod/${metadata.name}`,
    path: "status.conditions",
    reason: "only-said-to-run",
    expected: "a pod that a node runs",
    actual: `Ready in its status, and on ${spec.nodeName ?? "no node"}: ${why}`,
    message: `Pod ${metadata.name} says that it is Ready, but nothing of it runs: ${why}.`,
    next: `kubectl -n ${namespace} get pod ${metadata.name} -o wide; kubectl get nodes`,
  };
}
