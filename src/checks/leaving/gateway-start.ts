import type { Cause } from "../../diagnosis/cause.ts";
import type { Executed } from "../../jupyter/jupyter.ts";
import { isReady } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext } from "../check.ts";
import { readGatewayPods, refusedPods } from "./gateway-pods.ts";

/** Milliseconds: a scheduler and its workers start one after the other, on nodes that may lack the image. */
export const startsWithinMs = 180_000;
/** Milliseconds that a refusal has to last: what ends at the moment gives room in a quota. */
const refusedForMs = 20_000;

interface Starting {
  readonly workers: number;
  /** The name of the DaskCluster, once there is one. */
  readonly id: () => Promise<string | undefined>;
}

/** What a notebook makes of `new_cluster()`, or that it is in vain to wait for it. */
export async function awaitCluster(
  context: CheckContext,
  starting: Starting,
  executed: Promise<Executed>,
): Promise<Executed> {
  let outcome: (() => Executed) | undefined;
  executed.then(
    (value) => (outcome = () => value),
    (error: unknown) =>
      (outcome = () => {
        throw error;
      }),
  );
  const isRefused = refusal(context, starting);
  await context.wait({
    observe: async () => ({ done: outcome !== undefined || (await isRefused()), value: undefined }),
    watch: ["Pod"],
    namespace: context.namespace,
    withinMs: startsWithinMs,
    signal: context.signal,
  });
  return outcome?.() ?? { ok: false, why: "it does not come", output: "" };
}

/** The Ready workers, as soon as there are so many or no more will come. */
export async function awaitWorkers(
  context: CheckContext,
  { id, workers }: { readonly id: string; readonly workers: number },
): Promise<readonly Pod[]> {
  const isRefused = refusal(context, { workers, id: () => Promise.resolve(id) });
  const waited = await context.wait({
    observe: async () => {
      const value = (await readGatewayPods(context, id)).workers.filter(isReady);
      return { done: value.length >= workers || (await isRefused()), value };
    },
    watch: ["Pod"],
    namespace: context.namespace,
    withinMs: startsWithinMs,
    signal: context.signal,
  });
  return waited.value;
}

/** Looks whether pods have been refused for so long that waiting is in vain. */
function refusal(context: CheckContext, { id, workers }: Starting): () => Promise<boolean> {
  let since: number | undefined;
  return async () => {
    const name = await id();
    const cause: Cause | undefined =
      name === undefined ? undefined : await refusedPods(context, { id: name, workers });
    since = cause ? (since ?? context.clock.now()) : undefined;
    return since !== undefined && context.clock.now() - since >= refusedForMs;
  };
}
