import { podCause } from "../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { Wait } from "../wait.ts";
import { isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import { confirmOwn, createOwn, readOwn, refOf, type MadeObject } from "../kube/made-object.ts";
import type { Pod } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { loadLimitSeconds, loadPodObject } from "./load-pod.ts";
import { pushedDigest, withDigest } from "./pushed-image.ts";
import type { RunningTraffic, Traffic, TrafficOptions, TrafficReport } from "./traffic.ts";

export interface FortioTrafficOptions {
  readonly kube: Kube;
  readonly wait: Wait;
  /** The reference of the image `load`: `localhost:5001/load:1.75.3`. */
  readonly image: string;
  /** A fresh random word. */
  readonly word: () => string;
}

/** Milliseconds for an image that has to be pulled onto a node first. */
const startsWithinMs = 90_000;
/** The last request may take its whole 3 s. */
const endsWithinMs = 30_000;

/** Traffic from a pod of labctl's own that runs fortio (images/load); its log holds the count. */
export function createFortioTraffic(parts: FortioTrafficOptions): Traffic {
  return {
    async start(options, signal) {
      const load = await startLoad(parts, options, signal);
      let report: Promise<TrafficReport> | undefined;
      return { stop: () => (report ??= endLoad(parts, load)) } satisfies RunningTraffic;
    },
  };
}

async function startLoad(
  { kube, wait, image, word }: FortioTrafficOptions,
  options: TrafficOptions,
  signal: AbortSignal | undefined,
): Promise<MadeObject> {
  const pushed = withDigest(image, await pushedDigest(kube, image));
  const sent = loadPodObject(options, { image: pushed, word: word() });
  const load = await createOwn(kube, sent);
  try {
    const { value } = await wait({
      observe: async () => {
        const pod = await readOwn(kube, "Pod", load);
        return { done: pod === undefined || isReady(pod) || hasEnded(pod), value: pod };
      },
      watch: ["Pod"],
      namespace: systemNamespace,
      withinMs: startsWithinMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (!value || !isReady(value)) throw await notStarted(kube, value);
    return load;
  } catch (error) {
    await remove(kube, load);
    throw error;
  }
}

async function endLoad({ kube, wait }: FortioTrafficOptions, load: MadeObject): Promise<TrafficReport> {
  const place = placeOf(load);
  try {
    const running = await readOwn(kube, "Pod", load);
    if (running && hasEnded(running)) throw endedEarly();
    // A pod that is gone meanwhile is found out below.
    await kube.exec(place, ["/load", "stop"]).catch(() => undefined);
    const { done, value } = await wait({
      observe: async () => {
        const pod = await readOwn(kube, "Pod", load);
        return { done: pod === undefined || hasEnded(pod), value: pod };
      },
      watch: ["Pod"],
      namespace: systemNamespace,
      withinMs: endsWithinMs,
    });
    if (!done || !value) throw lost(value);
    const log = await kube.logs(place);
    await confirmOwn(kube, "Pod", load);
    // Loaded when it is needed: `labctl --help` must not wait for zod.
    const { parseFortioReport } = await import("./fortio-report.ts");
    const report = parseFortioReport(log);
    if (!report) throw lost(value);
    return report;
  } finally {
    await remove(kube, load);
  }
}

function placeOf({ sent }: MadeObject) {
  return { namespace: systemNamespace, name: sent.metadata.name };
}

async function remove(kube: Kube, load: MadeObject): Promise<void> {
  await kube.remove(refOf(load.sent), { graceSeconds: 0 });
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

async function notStarted(kube: Kube, pod: Pod | undefined): Promise<EnvironmentError> {
  const cause = pod && (await podCause({ kube, imageDigests: {} }, pod));
  const place = pod && { namespace: systemNamespace, name: pod.metadata.name };
  const log = place === undefined ? "" : (await kube.logs(place)).trim();
  return new EnvironmentError({
    message: "labctl's own load pod does not start, so no traffic can be put on anything.",
    lastSeen: [cause?.message ?? "the pod is not there", log].filter((text) => text !== "").join(" "),
    hint: "labctl up",
  });
}

/** Whoever tells it to stop has it count nothing of what is disturbed afterwards. */
function endedEarly(): EnvironmentError {
  return new EnvironmentError({
    message: "labctl's own load pod ended before labctl told it to, so it has not counted everything.",
    lastSeen: `it ends by itself after ${String(loadLimitSeconds)} s, or when somebody tells it to`,
    hint: `kubectl -n ${systemNamespace} get events, then check again`,
  });
}

function lost(pod: Pod | undefined): EnvironmentError {
  return new EnvironmentError({
    message: "labctl's own load pod was lost, and with it the count of the requests.",
    lastSeen: pod === undefined ? "the pod is gone" : `its phase is ${pod.status?.phase ?? "unknown"}`,
    hint: "kubectl get nodes, then check again",
  });
}
