import type { DeploymentPods } from "../kube/deployment-pods.ts";
import type { Pod } from "../kube/objects.ts";

interface Toleration {
  readonly key?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

const unreachable = "node.kubernetes.io/unreachable";

/** Why the loss of a node hurts a Deployment: where its pods were, and for how long they stay bound to a dead node. */
export function placementCause({ ready }: DeploymentPods, node: string): string {
  const there = ready.filter(({ spec }) => spec.nodeName === node);
  const all =
    there.length === ready.length
      ? ready.length === 1
        ? ["Its only pod was on that node."]
        : [`All ${String(ready.length)} pods were on that node.`]
      : [];
  const seconds = Math.max(...there.map(loyalty));
  const loyal = Number.isFinite(seconds)
    ? `Its pods tolerate an unreachable node for ${String(seconds)} s before they are made anew elsewhere.`
    : "Its pods tolerate an unreachable node for ever.";
  return [...all, loyal].join(" ");
}

/** Seconds; the shortest toleration of the taint wins, and one without seconds never ends. */
function loyalty({ spec }: Pod): number {
  const { tolerations = [] } = spec as { readonly tolerations?: readonly Toleration[] };
  const matching = tolerations.filter(
    ({ key, effect }) =>
      (key === undefined || key === unreachable) && (effect ?? "NoExecute") === "NoExecute",
  );
  return Math.min(...matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY));
}
