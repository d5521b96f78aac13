import { isSelected } from "../../diagnosis/service-cause.ts";
import type { CheckContext } from "../check.ts";
import { findService, type FoundService } from "../traffic/find-service.ts";

/** Longer than most pods take to end; what takes longer may answer as it likes. */
const settleMs = 60_000;

/**
 * A Service, as `findService`, once no pod of it is ending: right after an update an old pod may still be asked, and
 * answers for the version before.
 */
export async function findSettledService(
  context: CheckContext,
  wanted: { readonly service: string; readonly port: number },
): Promise<FoundService> {
  const { kube, namespace, signal } = context;
  const found = await findService(context, wanted);
  if (!found.ok) return found;
  await context.wait({
    observe: async () => {
      const pods = await kube.list("Pod", { namespace });
      const ending = pods.filter(
        (pod) => pod.metadata.deletionTimestamp !== undefined && isSelected(found.service, pod),
      );
      return { done: ending.length === 0, value: undefined };
    },
    watch: ["Pod"],
    namespace,
    withinMs: settleMs,
    signal,
  });
  return found;
}
