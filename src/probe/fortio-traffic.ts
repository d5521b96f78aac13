import { podCause } from "../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { Wait } from "../wait.ts";
import { isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import type { Pod } from "../kube/objects.ts";
import { loadPodObject, loadPodRef, removeLoadPods } from "./load-pod.ts";
import type { RunningTraffic, Traffic, TrafficOptions, TrafficReport } from "./traffic.ts";

export interface FortioTrafficOptions {
  readonly kube: Kube;
  readonly wait: Wait;
  /** The reference of the image `load`: `localhost:5001/load:1.75.3`. */
  readonly image: string;
}

/** Milliseconds for an image that has to be pulled onto a node first. */
const startsWithinMs = 90_000;
/** The last request may take its whole 3 s. */
const endsWithinMs = 30_000;

/** Traffic from a pod of labctl's own that runs fortio (images/load); its log holds the count. */
export function createFortioTraffic(parts: FortioTrafficOptions): Traffic {
  return {
    async start(options, signal) {
      await startLoad(parts, options, signal);
      let report: Promise<TrafficReport> | undefined;
      return { stop: () => (report ??= endLoad(parts, options)) } satisfies RunningTraffic;
    },
  };
}

async function startLoad(
  { kube, wait, image }: FortioTrafficOptions,
  options: TrafficOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ref = loadPodRef(options.namespace);
  const watched = { watch: ["Pod"], namespace: ref.namespace, ...(signal === undefined ? {} : { signal }) };
  if ((await removeLoadPods(kube, options.namespace)) > 0) {
    const isGone = async () => ({ done: (await kube.read(ref)) === undefined, value: undefined });
    await wait({ ...watched, observe: isGone, withinMs: endsWithinMs });
  }
  await kube.apply(loadPodObject(options, image));
  const started = await wait({
    ...watched,
    observe: async () => {
      const value = await kube.read(ref);
      return { done: value !== undefined && (isReady(value) || hasEnded(value)), value };
    },
    withinMs: startsWithinMs,
  });
  if (!started.value || !isReady(started.value)) throw await notStarted(kube, started.value, options);
}

async function endLoad(
  { kube, wait }: FortioTrafficOptions,
  { namespace }: TrafficOptions,
): Promise<TrafficReport> {
  const ref = loadPodRef(namespace);
  try {
    // Its time may be over; then the report is in the log already.
    await kube.exec(ref, ["/load", "stop"]).catch(() => undefined);
    const { value } = await wait({
      observe: async () => {
        const pod = await kube.read(ref);
        return { done: pod === undefined || hasEnded(pod), value: pod };
      },
      watch: ["Pod"],
      namespace: ref.namespace,
      withinMs: endsWithinMs,
    });
    // Loaded when it is needed: `labctl --help` must not wait for zod.
    const { parseFortioReport } = await import("./fortio-report.ts");
    const report = value && parseFortioReport(await kube.logs(ref));
    if (!report) throw lost(value);
    return report;
  } finally {
    await removeLoadPods(kube, namespace);
  }
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

async function notStarted(
  kube: Kube,
  pod: Pod | undefined,
  { namespace }: TrafficOptions,
): Promise<EnvironmentError> {
  const cause = pod && (await podCause({ kube, imageDigests: {} }, pod));
  const log = pod === undefined ? "" : (await kube.logs(loadPodRef(namespace))).trim();
  await removeLoadPods(kube, namespace);
  return new EnvironmentError({
    message: "labctl's own load pod does not start, so no traffic can be put on anything.",
    lastSeen: [cause?.message ?? "the pod is not there", log].filter((text) => text !== "").join(" "),
    hint: "labctl up",
  });
}

function lost(pod: Pod | undefined): EnvironmentError {
  return new EnvironmentError({
    message: "labctl's own load pod was lost, and with it the count of the requests.",
    lastSeen: pod === undefined ? "the pod is gone" : `its phase is ${pod.status?.phase ?? "unknown"}`,
    hint: "kubectl get nodes, then check again",
  });
}
