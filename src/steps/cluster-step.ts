import { exists } from "../exists.ts";
import type { Step } from "./step.ts";

/** The kind cluster, its nodes running. */
export const clusterStep: Step = {
  title: "Cluster",
  isDone: async ({ platform: { cluster } }) => {
    return (await cluster.observe()).state === "running" && (await exists(cluster.kubeconfig));
  },
  ensure: ({ platform, deps }) => platform.cluster.ensure(deps.progress),
};
