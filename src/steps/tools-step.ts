import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "./step.ts";

/** Programs in labctl's folder and nowhere else. @param tools folders of tools/ */
export const toolsStep = (tools: readonly string[]): Step => ({
  title: `Tools (${tools.join(", ")})`,
  isDone: async ({ deps }) => {
    const present = tools.map((name) => access(join(deps.places.home, "bin", name)));
    return (await Promise.allSettled(present)).every(({ status }) => status === "fulfilled");
  },
  ensure: async ({ platform, deps }) => {
    await platform.ensureTools(tools, deps.progress);
  },
});
