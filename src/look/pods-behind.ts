import { isSelected, serviceCause } from "../diagnosis/service-cause.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Pod, Service } from "../kube/objects.ts";
import type { LookContext, CheckFinding, Found } from "./look.ts";
import { missing } from "./missing.ts";
import { containersOf } from "./running-image.ts";

export type PodsBehind = Found<{ readonly pods: readonly Pod[] }>;

interface Wanted {
  readonly service: string;
  /** By the digest that labctl pushed under this reference. */
  readonly image?: string;
}

/** What is being started is waited for. */
const readyWithinMs = 60_000;

/** The Ready pods behind a Service that run the given image, whoever made them; waits while they start. */
export async function findPodsBehind(context: LookContext, wanted: Wanted): Promise<PodsBehind> {
  const { namespace, kube, signal } = context;
  const waited = await context.wait({
    observe: () => look(context, wanted),
    watch: ["Pod", "Service"],
    namespace,
    withinMs: readyWithinMs,
    signal,
  });
  const { service, selected, pods } = waited.value;
  if (!service) {
    return { ok: false, findings: [missing({ kind: "Service", name: wanted.service, namespace })] };
  }
  if (pods.length > 0) return { ok: true, pods };
  const cause = await serviceCause(context, { service, pods: await kube.list("Pod", { namespace }) });
  const finding: CheckFinding = {
    object: `Service/${wanted.service}`,
    reason: cause?.reason ?? "no-such-pod",
    expected: `a Ready pod${of(wanted)}`,
    actual: cause?.actual ?? `${String(selected.length)} Ready pods, none of which runs it`,
    message: cause?.message ?? `No Ready pod behind Service ${wanted.service} is one${of(wanted)}.`,
    next: cause?.next ?? `kubectl -n ${namespace} get pods -o wide`,
  };
  return { ok: false, findings: [finding] };
}

function of({ image }: Wanted): string {
  return image === undefined ? "" : ` of ${image}`;
}

interface Seen {
  readonly service: Service | undefined;
  /** The Ready pods behind it. */
  readonly selected: readonly Pod[];
  /** Those of them that are wanted. */
  readonly pods: readonly Pod[];
}

async function look(
  context: LookContext,
  { service: name, image }: Wanted,
): Promise<{ readonly done: boolean; readonly value: Seen }> {
  const { kube, namespace } = context;
  const service = await kube.read({ kind: "Service", namespace, name });
  if (!service) return { done: true, value: { service, selected: [], pods: [] } };
  const all = await kube.list("Pod", { namespace });
  const selected = all.filter((pod) => isLive(pod) && isReady(pod) && isSelected(service, pod));
  const pods = selected.filter((pod) => image === undefined || containersOf(pod, image, context).length > 0);
  return { done: pods.length > 0, value: { service, selected, pods } };
}
