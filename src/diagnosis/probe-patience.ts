import type { Container } from "../kube/objects.ts";
import { probeOf } from "./probe-words.ts";

/** https://kubernetes.io/docs/concepts/workloads/pods/probes/ */
interface ProbeTimes {
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
  readonly tcpSocket?: unknown;
}

interface Judged {
  readonly probe: "livenessProbe" | "readinessProbe";
  readonly containers: readonly Container[];
  readonly withinSeconds: number;
}

/** Why a probe has not noticed in time what labctl did to the application: the first thing that explains it. */
export function probeCause({ probe, containers, withinSeconds }: Judged): string {
  const word = probe === "livenessProbe" ? "liveness" : "readiness";
  const probed = containers.filter((container) => container[probe] !== undefined);
  if (probed.length === 0) return `No container has a ${word} probe, so nobody asks whether it is well.`;
  const [container] = probed;
  const times = (container?.[probe] ?? {}) as ProbeTimes;
  const name = container?.name ?? "";
  const seconds = patienceOf(times);
  if (times.tcpSocket !== undefined) {
    return `The ${word} probe of container ${name} only opens a connection, which a process that hangs still accepts.`;
  }
  if (seconds > withinSeconds) {
    return `The ${word} probe of container ${name} needs up to ${String(seconds)} s to lose its patience: periodSeconds ${String(times.periodSeconds ?? 10)} × failureThreshold ${String(times.failureThreshold ?? 3)}.`;
  }
  return `The ${word} probe of container ${name} asks for ${probeOf(times) ?? "nothing"}, and that still succeeds.`;
}

/** From the first failure to the last that is needed, with a whole period before it. */
function patienceOf({ periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 }: ProbeTimes): number {
  return periodSeconds * failureThreshold + timeoutSeconds;
}
