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
  readonly lifecycle?: {
    readonly preStop?: {
      readonly sleep?: { readonly seconds?: number };
      readonly exec?: { readonly command?: readonly string[] };
    };
  };
}

/** Seconds: nodes mostly hear of a pod's end within two, and after six while two CPUs have thirty processes waiting. */
const shortPatience = 10;
const safePatience = 15;

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
  const patience = patienceOf(deployment);
  if (patience !== undefined && patience < shortPatience) {
    return `Its preStop hook keeps old pods serving for ${String(patience)} s only, and a node that is busy takes longer to hear that they are gone; ${String(safePatience)} s are safe.`;
  }
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
  const waits = containers.some((container) => preStopOf(container));
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

function preStopOf(container: Container) {
  return (container as Container & Lifecycle).lifecycle?.preStop;
}

/** Seconds that preStop hooks sleep for; undefined where one does something else, or there is none. */
function patienceOf({ spec }: Workload): number | undefined {
  const hooks = spec.template.spec.containers.flatMap((container) => preStopOf(container) ?? []);
  const seconds = hooks.map(({ sleep, exec }) => {
    const [, slept] = /\bsleep (\d+)\b/.exec(exec?.command?.join(" ") ?? "") ?? [];
    return sleep?.seconds ?? (slept === undefined ? undefined : Number(slept));
  });
  const known = seconds.filter((each) => each !== undefined);
  return known.length > 0 && known.length === seconds.length ? Math.max(...known) : undefined;
}
