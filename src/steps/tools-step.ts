import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "./step.ts";

/** The programs that make the cluster and that students work with. */
const tools = ["kind", "kubectl"];

/** Kubernetes's own programs, in labctl's folder and nowhere else. */
export const toolsStep: Step = {
  title: "Tools (kind, kubectl)",
  isDone: async ({ deps }) => {
    const present = tools.map((name) => access(join(deps.places.home, "bin", name)));
    return (await Promise.allSettled(present)).every(({ status }) => status === "fulfilled");
  },
  ensure: async ({ platform, deps }) => {
    await platform.ensureTools(tools, deps.progress);
  },
};
