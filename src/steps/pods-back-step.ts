import { createWait } from "../wait.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Pod } from "../kube/objects.ts";
import type { Step, StepContext } from "./step.ts";

/** A pod that needs longer has a reason of its own, which a check tells better. */
const backWithinMs = 60_000;
/** Milliseconds that a container which was started again is given to become ready. */
const readyWithinMs = 30_000;

/**
 * The pods of nodes that were started again run again. Until its kubelet tells otherwise, a pod keeps the Ready of
 * before the restart, so a lab that is checked too early fails for what its student did not do. Pods that do not come
 * back are no reason not to be up: they may be a student's.
 */
export const podsBackStep: Step = {
  title: "What ran before runs again",
  isDone: async (context) => (await away(context)).length === 0,
  ensure: async (context, step) => {
    const { clock, signal } = context.deps;
    await createWait(
      clock,
      await context.kube(),
    )({
      observe: async () => {
        const value = await away(context);
        step.detail(value.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`).join(", "));
        return { done: value.length === 0, value };
      },
      watch: ["Pod"],
      withinMs: backWithinMs,
      signal,
    });
  },
};

/** Pods that were last heard of before their node was started, or began again a moment ago and are not Ready. */
async function away({ platform, deps, kube }: StepContext): Promise<readonly Pod[]> {
  const { nodes } = await platform.cluster.observe();
  const startedAt = new Map(nodes.map((node) => [node.name, node.startedAt.getTime()]));
  const pods = await (await kube()).list("Pod");
  return pods.filter((pod) => {
    const nodeStarted = startedAt.get(pod.spec.nodeName ?? "");
    if (nodeStarted === undefined || !isLive(pod)) return false;
    return isStale(pod, nodeStarted) || (!isReady(pod) && isYoungAgain(pod, deps.clock.now()));
  });
}

function isStale({ status }: Pod, nodeStarted: number): boolean {
  // Kubernetes counts in whole seconds.
  return (status?.containerStatuses ?? []).some(
    ({ state }) =>
      state?.running?.startedAt !== undefined && Date.parse(state.running.startedAt) + 1000 <= nodeStarted,
  );
}

function isYoungAgain({ status }: Pod, now: number): boolean {
  return (status?.containerStatuses ?? []).some(({ state, restartCount, ready }) => {
    const began = state?.running?.startedAt;
    return restartCount > 0 && !ready && began !== undefined && now - Date.parse(began) < readyWithinMs;
  });
}
