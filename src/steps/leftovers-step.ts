import { listLoadPods, removeLoadPods } from "../probe/load-pod.ts";
import { readStoppedNode, unmarkStoppedNode } from "../probe/stopped-node.ts";
import type { Step } from "./step.ts";

/** What an interrupted experiment left in the cluster; its stopped node was started by the cluster's own step. */
export const leftoversStep: Step = {
  title: "Nothing is left of an interrupted experiment",
  isDone: async ({ kube }) => {
    const api = await kube();
    return (await listLoadPods(api)).length === 0 && (await readStoppedNode(api)) === undefined;
  },
  ensure: async ({ kube }) => {
    const api = await kube();
    await removeLoadPods(api);
    await unmarkStoppedNode(api);
  },
};
