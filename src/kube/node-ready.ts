import type { Wait } from "../grade/wait.ts";
import type { Kube } from "./kube.ts";
import type { Node } from "./objects.ts";

interface Awaited {
  readonly kube: Kube;
  readonly wait: Wait;
  readonly name: string;
  readonly withinMs: number;
}

/** Waits until a node says that it is Ready again; false when it did not in time. */
export async function awaitNodeReady({ kube, wait, name, withinMs }: Awaited): Promise<boolean> {
  const { done } = await wait({
    observe: async () => {
      const value = await kube.read({ kind: "Node", name });
      return { done: value !== undefined && isNodeReady(value), value };
    },
    watch: ["Node"],
    withinMs,
  });
  return done;
}

export function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true;
}
