import { EnvironmentError } from "../../errors.ts";
import { awaitNodeBack } from "../../kube/node-back.ts";
import { markStoppedNode, unmarkStoppedNode } from "../../records/stopped-node.ts";
import type { CheckContext } from "../check.ts";

/** Longer than any experiment needs a node to be away. */
const awayMs = 5 * 60_000;
const backWithinMs = 180_000;

/**
 * Does something while a node's container is stopped, and starts it again whatever happens.
 * @param work is given when the node was gone, in milliseconds since the epoch.
 * @throws EnvironmentError when the node cannot be stopped, or does not come back.
 */
export async function withoutNode<T>(
  context: CheckContext,
  node: string,
  work: (stoppedAt: number) => Promise<T>,
): Promise<T> {
  const { nodes, kube, clock, namespace } = context;
  if (!nodes) throw notOurs(node);
  const until = new Date(clock.now() + awayMs).toISOString();
  await markStoppedNode(kube, { node, namespace, until });
  context.announce(`stopping node ${node}; it is started again afterwards`);
  try {
    await nodes.stopNode(node);
    return await work(clock.now());
  } finally {
    context.announce(`starting node ${node} again`);
    const since = clock.now();
    await nodes.startNode(node);
    const { wait } = context;
    const isBack = await awaitNodeBack({ kube, wait, name: node, since, withinMs: backWithinMs });
    // The mark of a node that is not back stays: the next check or up looks after it.
    if (isBack) await unmarkStoppedNode(kube);
    else throwNotBack(node);
  }
}

function notOurs(node: string): EnvironmentError {
  return new EnvironmentError({
    message: `Node ${node} is not labctl's to stop.`,
    hint: "Use a cluster that labctl made: labctl up",
  });
}

function throwNotBack(node: string): never {
  throw new EnvironmentError({
    message: `Node ${node} was started again, and is not Ready after ${String(backWithinMs / 1000)} s.`,
    hint: "labctl up",
  });
}
