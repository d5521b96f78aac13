import { listLoadPods, removeLoadPods } from "../probe/load-pod.ts";
import { listOwnObjects, removeOwnObjects } from "../probe/own-objects.ts";
import { readStoppedNode, unmarkStoppedNode } from "../records/stopped-node.ts";
import type { Step } from "./step.ts";

/** What an interrupted experiment left in the cluster; its stopped node was started by the cluster's own step. */
export const leftoversStep: Step = {
  title: "Nothing is left of an interrupted experiment",
  isDone: async ({ kube }) => {
    const api = await kube();
    const left = [...(await listLoadPods(api)), ...(await listOwnObjects(api))];
    return left.length === 0 && (await readStoppedNode(api)) === undefined;
  },
  ensure: async ({ kube }) => {
    const api = await kube();
    await removeLoadPods(api);
    await removeOwnObjects(api);
    await unmarkStoppedNode(api);
  },
};
