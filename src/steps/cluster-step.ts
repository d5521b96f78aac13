import { access } from "node:fs/promises";
import type { Step } from "./step.ts";

/** The kind cluster, its nodes running. */
export const clusterStep: Step = {
  title: "Cluster",
  isDone: async ({ platform: { cluster } }) => {
    const hasKubeconfig = access(cluster.kubeconfig).then(
      () => true,
      () => false,
    );
    return (await cluster.observe()).state === "running" && (await hasKubeconfig);
  },
  ensure: ({ platform, deps }) => platform.cluster.ensure(deps.progress),
};
