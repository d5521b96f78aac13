import type { Step } from "./step.ts";

/** The lab registry, answering on its port. */
export const registryStep: Step = {
  title: "Lab registry",
  isDone: async ({ platform }) => (await platform.registry.observe()).running,
  ensure: ({ platform, deps }) => platform.registry.ensure(deps.progress),
};
