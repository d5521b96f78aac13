import type { KubeReads } from "../kube/kube.ts";
import type { ContainerStatus, KubeEvent, Pod } from "../kube/objects.ts";
import type { Cause } from "./cause.ts";
import { imageCause, isImageTrouble } from "./image-cause.ts";
import { roomCause } from "./room-cause.ts";
import { probeOf } from "./probe-words.ts";

/** Where to look: the cluster, and the images that the lab registry is known to hold (for a wrong tag or host). */
export interface PodCauseContext {
  readonly kube: KubeReads;
  readonly imageDigests: Readonly<Record<string, string>>;
}

/** Why a pod is not Ready: from its status, its events and the last line of its log. */
export async function podCause(context: PodCauseContext, pod: Pod): Promise<Cause> {
  const events = await eventsOf(context.kube, pod);
  const told =
    (await scheduling(context.kube, pod)) ??
    (await containers(context, pod, events)) ??
    notReady(pod, events) ??
    starting(pod, events);
  return { next: kubectl(pod, `describe pod ${pod.metadata.name}`), ...told };
}

type Told = Omit<Cause, "next"> & { readonly next?: string };

function kubectl(pod: Pod, command: string): string {
  return `kubectl -n ${pod.metadata.namespace ?? "default"} ${command}`;
}

/** The newest last; none when events have expired. */
async function eventsOf(kube: KubeReads, pod: Pod): Promise<readonly KubeEvent[]> {
  const { namespace, uid, name } = pod.metadata;
  const fieldSelector = uid === undefined ? `involvedObject.name=${name}` : `involvedObject.uid=${uid}`;
  const events = await kube.list("Event", { namespace, fieldSelector });
  return [...events].sort((a, b) => (a.lastTimestamp ?? "").localeCompare(b.lastTimestamp ?? ""));
}

function lastEvent(events: readonly KubeEvent[], ...reasons: readonly string[]): string | undefined {
  return events.findLast(({ reason }) => reason !== undefined && reasons.includes(reason))?.message;
}

async function scheduling(kube: KubeReads, pod: Pod): Promise<Told | undefined> {
  if (pod.metadata.deletionTimestamp !== undefined) {
    return {
      reason: "pod-terminating",
      actual: "terminating",
      message: `Pod ${pod.metadata.name} is being deleted.`,
    };
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") {
    const why = scheduled.message ?? scheduled.reason ?? "the scheduler gives no reason";
    const room = await roomCause(kube, pod, why);
    const because = room === undefined ? sentence(why) : `${room}. ${sentence(why)}`;
    const message = `Pod ${pod.metadata.name} is Pending, since no node takes it: ${because}`;
    return { reason: room === undefined ? "unschedulable" : "no-room", actual: "Pending", message };
  }
  if (pod.spec.nodeName === undefined) {
    return {
      reason: "not-scheduled",
      actual: "on no node",
      message: `Pod ${pod.metadata.name} is on no node: nothing has scheduled it.`,
    };
  }
  return undefined;
}

async function containers(
  context: PodCauseContext,
  pod: Pod,
  events: readonly KubeEvent[],
): Promise<Told | undefined> {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of all) {
    const told =
      (await waiting(context, { pod, status, events })) ?? (await ended(context.kube, pod, status));
    if (told) return told;
  }
  return undefined;
}

interface Seen {
  readonly pod: Pod;
  readonly status: ContainerStatus;
  readonly events: readonly KubeEvent[];
}

async function waiting(context: PodCauseContext, { pod, status, events }: Seen): Promise<Told | undefined> {
  const reason = status.state?.waiting?.reason;
  const message = status.state?.waiting?.message;
  if (reason === undefined || reason === "ContainerCreating" || reason === "PodInitializing")
    return undefined;
  if (reason === "CrashLoopBackOff") return crash(context.kube, pod, status);
  if (isImageTrouble(reason)) {
    const seen = [message, lastEvent(events, "Failed")].filter((text) => text !== undefined).join(" ");
    return imageCause({ pod: pod.metadata.name, image: imageOf(pod, status), reason, seen, ...context });
  }
  const said = message === undefined ? "" : ` ${sentence(message)}`;
  return {
    reason: "container-cannot-start",
    actual: reason,
    message: `Container ${status.name} of pod ${pod.metadata.name} cannot start: ${reason}.${said}`,
  };
}

function imageOf(pod: Pod, status: ContainerStatus): string {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  return all.find(({ name }) => name === status.name)?.image ?? status.image;
}

/** A container that has ended, though it should go on: an init container's success is none. */
async function ended(kube: KubeReads, pod: Pod, status: ContainerStatus): Promise<Told | undefined> {
  const exited = status.state?.terminated;
  const isInit = pod.status?.initContainerStatuses?.includes(status) === true;
  if (!exited || (isInit && exited.exitCode === 0)) return undefined;
  return crash(kube, pod, status);
}

async function crash(kube: KubeReads, pod: Pod, status: ContainerStatus): Promise<Told> {
  const { name, namespace = "default" } = pod.metadata;
  const exited = status.state?.terminated ?? status.lastState?.terminated;
  const code = exited?.exitCode === undefined ? "" : ` with exit code ${String(exited.exitCode)}`;
  const memory = exited?.reason === "OOMKilled" ? " (OOMKilled: it used more memory than its limit)" : "";
  const log = await kube.logs({ namespace, name }, { container: status.name, tailLines: 1 });
  const last = log.trim() === "" ? "Its log is empty." : `The last line of its log: ${log.trim()}`;
  return {
    reason: exited?.reason === "OOMKilled" ? "out-of-memory" : "crash-looping",
    actual: status.state?.waiting?.reason ?? exited?.reason ?? "ended",
    message: `Container ${status.name} of pod ${name} ends${code}${memory} as soon as it starts. ${last}`,
    next: kubectl(pod, `logs ${name} -c ${status.name} --previous`),
  };
}

/** Everything runs, but a probe says no. */
function notReady(pod: Pod, events: readonly KubeEvent[]): Told | undefined {
  const status = pod.status?.containerStatuses?.find(({ ready, state }) => state?.running && !ready);
  if (!status) return undefined;
  const container = pod.spec.containers.find(({ name }) => name === status.name);
  const probe = probeOf(container?.readinessProbe);
  const said = lastEvent(events, "Unhealthy");
  const seen = said === undefined ? "" : ` ${sentence(said)}`;
  const which =
    probe === undefined ? "is running, but not Ready yet" : `fails its readiness probe (${probe})`;
  return {
    reason: probe === undefined ? "not-ready" : "readiness-probe-fails",
    actual: "not Ready",
    message: `Container ${status.name} of pod ${pod.metadata.name} ${which}.${seen}`,
  };
}

function starting(pod: Pod, events: readonly KubeEvent[]): Told {
  const trouble = lastEvent(events, "FailedMount", "FailedCreatePodSandBox", "FailedAttachVolume");
  const phase = pod.status?.phase ?? "Pending";
  if (trouble !== undefined) {
    const message = `Pod ${pod.metadata.name} cannot start: ${sentence(trouble)}`;
    return { reason: "pod-cannot-start", actual: phase, message };
  }
  const message = `Pod ${pod.metadata.name} is still starting: check again in a moment.`;
  return { reason: "still-starting", actual: phase, message };
}

function sentence(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.endsWith(".") ? line : `${line}.`;
}
