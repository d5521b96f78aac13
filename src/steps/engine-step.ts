import type { Step } from "./step.ts";

/** A container engine that answers, its ports open on 127.0.0.1. */
export const engineStep: Step = {
  title: "Container engine",
  isDone: async ({ platform }) => (await platform.engine.observe()).running,
  ensure: async ({ platform, deps }) => {
    await platform.engine.ensure(deps.progress);
  },
};
