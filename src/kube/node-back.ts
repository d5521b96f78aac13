import type { Wait } from "../wait.ts";
import { isLive } from "./deployment-pods.ts";
import type { KubeReads } from "./kube.ts";
import type { Node, Pod } from "./objects.ts";

interface Awaited {
  readonly kube: KubeReads;
  readonly wait: Wait;
  readonly name: string;
  /** When the node was started, in milliseconds since the epoch; that may have been long ago. */
  readonly since: number;
  readonly withinMs: number;
}

/**
 * Waits until a node that was started again is Ready and has told of its pods anew; false when it did not in time.
 * One that was away for less than a minute still counts as Ready, with pods that are gone: their containers are older
 * than the node.
 */
export async function awaitNodeBack({ kube, wait, name, since, withinMs }: Awaited): Promise<boolean> {
  const { done } = await wait({
    observe: async () => {
      const node = await kube.read({ kind: "Node", name });
      const pods = await kube.list("Pod", { fieldSelector: `spec.nodeName=${name}` });
      const isTold = !pods.some((pod) => isLive(pod) && isOlder(pod, since));
      return { done: node !== undefined && isReady(node) && isTold, value: undefined };
    },
    watch: ["Node", "Pod"],
    withinMs,
  });
  return done;
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true;
}

/** Whether a container is said to run since before; start times are in whole seconds. */
function isOlder({ status }: Pod, since: number): boolean {
  return (status?.containerStatuses ?? []).some(({ state }) => {
    const startedAt = state?.running?.startedAt;
    return startedAt !== undefined && Date.parse(startedAt) < since - 1000;
  });
}
