import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { awaitNodeBack } from "../kube/node-back.ts";
import type { DisturbanceContext, UndoContext, Undoable } from "./disturbance.ts";
import { readJournal } from "./journal.ts";
import { withUndo } from "./with-undo.ts";

/** Longer than any experiment needs a node to be away. */
const awayMs = 5 * 60_000;
const backWithinMs = 180_000;

const taken = z.object({
  node: z.string(),
  /** RFC 3339, UTC: after this, whoever stopped it is dead. */
  until: z.string(),
});

export type StoppedNode = z.infer<typeof taken>;

/** A node whose container was stopped. */
export const stoppedNode: Undoable<StoppedNode> = {
  kind: "stop-node",
  taken,
  describeTaken: ({ node }) => `node ${node}, which was stopped`,
  async undo({ node }, context) {
    const { nodes, kube, wait, occasion } = context;
    if (!nodes) return true;
    const since = await nodes.startNode(node);
    // After Ctrl-C nobody waits for minutes: the next check does.
    if (occasion === "interrupted") return false;
    if (await awaitNodeBack({ kube, wait, name: node, since, withinMs: backWithinMs })) return true;
    throw notBack(node);
  },
};

/**
 * Does something while a node's container is stopped, and starts it again whatever happens.
 * @param work is given when the node was gone, as of `Clock.elapsed`.
 * @throws EnvironmentError when the node cannot be stopped, or does not come back.
 */
export async function withoutNode<T>(
  context: DisturbanceContext,
  node: string,
  work: (stoppedAt: number) => Promise<T>,
): Promise<T> {
  const { nodes, clock } = context;
  if (!nodes) throw notOurs(node);
  const until = new Date(clock.now() + awayMs).toISOString();
  return withUndo(context, { undoable: stoppedNode, taken: { node, until } }, async () => {
    context.announce(`stopping node ${node}; it is started again afterwards`);
    await nodes.stopNode(node);
    try {
      return await work(clock.elapsed());
    } finally {
      context.announce(`starting node ${node} again`);
    }
  });
}

/** Nodes that an experiment, of whatever lab, may have stopped a moment ago. */
export async function nodesAway({ kube, clock }: Pick<UndoContext, "kube" | "clock">): Promise<string[]> {
  const entries = await readJournal(kube);
  return entries.flatMap((entry) => {
    const read = taken.safeParse(entry.kind === stoppedNode.kind ? entry.taken : undefined);
    return read.success && clock.now() < Date.parse(read.data.until) ? [read.data.node] : [];
  });
}

function notOurs(node: string): EnvironmentError {
  return new EnvironmentError({
    message: `Node ${node} is not labctl's to stop.`,
    hint: "Use a cluster that labctl made: labctl up",
  });
}

function notBack(node: string): EnvironmentError {
  return new EnvironmentError({
    message: `Node ${node} was started again, and is not Ready after ${String(backWithinMs / 1000)} s.`,
    hint: "labctl up",
  });
}
