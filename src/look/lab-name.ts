import type { LookContext } from "./look.ts";

/** The lab's id for a command to run next: as it was started, else as its namespace is called. */
export function labName({ state, namespace }: Pick<LookContext, "state" | "namespace">): string {
  return state?.lab ?? namespace.replace(/^lab-/, "");
}
