import type { Container, Workload } from "../kube/objects.ts";

/** The fields of a Deployment that decide whether a change of pods is noticed. */
interface RolloutFields {
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
  };
  readonly template: { readonly spec: { readonly terminationGracePeriodSeconds?: number } };
}

interface Lifecycle {
  readonly lifecycle?: { readonly preStop?: unknown };
}

/** Pods that may be missing during a rollout; a percentage is rounded down, and 25 % unless it says otherwise. */
export function maxUnavailable({ spec }: Workload): number {
  const { replicas = 1 } = spec;
  const { strategy } = spec as RolloutFields;
  if (strategy?.type === "Recreate") return replicas;
  const value = strategy?.rollingUpdate?.maxUnavailable ?? "25%";
  if (typeof value === "number") return value;
  return Math.floor((Number.parseFloat(value) / 100) * replicas);
}

/** Why requests get lost when pods of a Deployment come and go: every reason that its spec shows. */
export function lossCause(deployment: Workload): string {
  const reasons = [...replicaReasons(deployment), ...podReasons(deployment)];
  if (reasons.length > 0) return reasons.join(" ");
  return "Its spec shows no reason; look at what the pods say when they start and when they end.";
}

function replicaReasons(deployment: Workload): readonly string[] {
  const { replicas = 1 } = deployment.spec;
  const { strategy } = deployment.spec as RolloutFields;
  if (strategy?.type === "Recreate")
    return ["Its strategy Recreate ends all old pods before there is a new one."];
  if (replicas === 1) return ["There is one replica: while it is away, nobody answers."];
  if (maxUnavailable(deployment) < replicas) return [];
  return [
    `Its maxUnavailable of ${String(maxUnavailable(deployment))} lets all pods be away at the same time.`,
  ];
}

function podReasons({ spec }: Workload): readonly string[] {
  const { containers } = spec.template.spec;
  const { terminationGracePeriodSeconds: grace } = (spec as RolloutFields).template.spec;
  const isAsked = containers.some(({ readinessProbe }) => readinessProbe !== undefined);
  const waits = containers.some((container) => (container as Container & Lifecycle).lifecycle?.preStop);
  return [
    ...(isAsked ? [] : ["No container has a readiness probe: new pods get requests before they can answer."]),
    ...(grace === 0 ? ["A grace period of 0 s kills old pods in the middle of an answer."] : []),
    ...(waits || grace === 0
      ? []
      : [
          "Nothing keeps old pods serving while nodes still send them requests: no container has a preStop hook, unless the program itself goes on for a while when it is told to end.",
        ]),
  ];
}
