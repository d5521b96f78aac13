import type { Clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { createWait } from "../wait.ts";
import type { Kube } from "../kube/kube.ts";
import { awaitNodeBack } from "../kube/node-back.ts";
import { removeLoadPods } from "../probe/load-pod.ts";
import { removeOwnObjects } from "../probe/own-objects.ts";
import { readStoppedNode, unmarkStoppedNode } from "../records/stopped-node.ts";

export interface Interrupted {
  readonly kube: Kube;
  readonly clock: Clock;
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
 * Puts right what a labctl that was killed in the middle of an experiment has left: a stopped node is started, load
 * is removed. An experiment that another labctl is carrying out on another lab is left alone.
 */
export async function putRight({ kube, clock, cluster, namespace, note }: Interrupted): Promise<void> {
  const left = await removeLoadPods(kube, namespace);
  const looks = await removeOwnObjects(kube, namespace);
  if (looks > 0) note("Removed what an interrupted check had made for a look of its own");
  if (left > 0) note("Removed the load that an interrupted check had left behind");
  if (!cluster) return;
  const stopped = (await cluster.observe()).nodes.filter(({ running }) => !running);
  const mark = await readStoppedNode(kube);
  if (mark && mark.namespace !== namespace && clock.now() < Date.parse(mark.until)) return;
  const wait = createWait(clock, kube);
  for (const { name } of stopped) {
    note(`Node ${name} was left stopped by an interrupted experiment: starting it again`);
    const since = clock.now();
    await cluster.startNode(name);
    await awaitNodeBack({ kube, wait, name, since, withinMs: readyWithinMs });
  }
  if (mark) await unmarkStoppedNode(kube);
}
