import type { Clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { putBack } from "../disturb/put-back.ts";
import { nodesAway } from "../disturb/stop-node.ts";
import { createWait } from "../wait.ts";
import type { Kube } from "../kube/kube.ts";
import { awaitNodeBack } from "../kube/node-back.ts";
import { restoreForsakenNodes } from "./lab-nodes.ts";
import { removeOwnObjects } from "../probe/own-objects.ts";
import type { Probe } from "../probe/probe.ts";

export interface Interrupted {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly probe: Probe;
  /** Undefined on a cluster that labctl did not make: no node of it was ever stopped. */
  readonly cluster: Cluster | undefined;
  /** The lab that is about to be graded: nobody else grades it now. */
  readonly namespace: string;
  /** Tells what is put right. */
  readonly note: (text: string) => void;
}

/** A node that was switched off takes a minute to be Ready again. */
const readyWithinMs = 180_000;

/**
 * Puts right what a labctl that was killed in the middle of an experiment has left: load and what it made for a look
 * of its own are removed, what stands in the journal is put back, and a stopped node is started. An experiment that
 * another labctl is carrying out on another lab is left alone.
 */
export async function recover({ kube, clock, probe, cluster, namespace, note }: Interrupted): Promise<void> {
  const left = await removeOwnObjects(kube, namespace);
  if (left > 0) note("Removed what an interrupted check had made for a look of its own");
  const wait = createWait(clock, kube);
  await putBack({ kube, probe, nodes: cluster, wait, clock, namespace, note });
  const forsaken = await restoreForsakenNodes(kube);
  if (forsaken.length > 0) note(`Took back from ${forsaken.join(", ")} what a lab that is gone wanted of it`);
  if (!cluster) return;
  const stopped = (await cluster.observe()).nodes.filter(({ running }) => !running);
  if (stopped.length === 0) return;
  const away = await nodesAway({ kube, clock });
  for (const { name } of stopped.filter((node) => !away.includes(node.name))) {
    note(`Node ${name} was stopped by nobody who still needs it so: starting it again`);
    const since = await cluster.startNode(name);
    await awaitNodeBack({ kube, wait, name, since, withinMs: readyWithinMs });
  }
}
