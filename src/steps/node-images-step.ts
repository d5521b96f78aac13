import type { Step } from "./step.ts";

/** What the cluster's containers are started from. */
const names = ["node", "registry"];

/** The images of the nodes and of the registry; they are in the engine, not in the registry. */
export const nodeImagesStep: Step = {
  title: "Images of the nodes and the registry",
  isDone: async ({ platform }) => {
    const statuses = await platform.images.list();
    return names.every((name) => statuses.find((status) => status.name === name)?.state === "current");
  },
  ensure: ({ platform, deps }) => platform.images.ensure(names, deps.progress),
};
