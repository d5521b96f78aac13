import { join } from "node:path";
import { exists } from "../exists.ts";
import type { Step } from "./step.ts";

/** Programs in labctl's folder and nowhere else. @param tools folders of tools/ */
export const toolsStep = (tools: readonly string[]): Step => ({
  title: `Tools (${tools.join(", ")})`,
  isDone: async ({ deps }) => {
    const present = tools.map((name) => exists(join(deps.places.home, "bin", name)));
    return (await Promise.all(present)).every(Boolean);
  },
  ensure: async ({ platform, deps }) => {
    await platform.ensureTools(tools, deps.progress);
  },
});
