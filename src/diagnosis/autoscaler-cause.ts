import type { Condition, KubeObject, Pod } from "../kube/objects.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
export interface Autoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly AutoscalerMetric[];
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface AutoscalerMetric {
  readonly type: string;
  readonly resource?: MetricSource;
  readonly containerResource?: MetricSource & { readonly container: string };
}

interface MetricSource {
  readonly name: string;
  readonly target: { readonly type: string };
}

/** A link of the chain from a pod's CPU to a new replica that is missing: which field, and what is wrong with it. */
export interface MissingLink {
  /** As of a Cause. */
  readonly reason: string;
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  readonly message: string;
}

interface Chain {
  readonly autoscaler: Autoscaler;
  readonly pods: readonly Pod[];
}

/** The metric by which it watches a CPU; undefined when it goes by something else. */
export function cpuMetric({ spec: { metrics = [] } }: Autoscaler): AutoscalerMetric | undefined {
  return metrics.find((metric) => sourceOf(metric)?.name === "cpu");
}

function sourceOf({ resource, containerResource }: AutoscalerMetric): MetricSource | undefined {
  return resource ?? containerResource;
}

/** Per cent of what, if a container requests nothing? */
export function requestCause({ autoscaler, pods }: Chain): MissingLink | undefined {
  const metric = cpuMetric(autoscaler);
  if (!metric || sourceOf(metric)?.target.type !== "Utilization") return undefined;
  const only = metric.containerResource?.container;
  const containers = pods
    .flatMap(({ spec }) => spec.containers)
    .filter(({ name }) => only === undefined || name === only);
  const without = containers.find(({ resources }) => resources?.requests?.["cpu"] === undefined);
  if (!without) return undefined;
  return {
    reason: "no-cpu-request",
    path: "spec.template.spec.containers[].resources.requests.cpu",
    expected: "a CPU request on every container that is measured",
    actual: `none on container ${without.name}`,
    message: `HorizontalPodAutoscaler ${autoscaler.metadata.name} asks for a percentage, but container ${without.name} requests no CPU that it could be a percentage of.`,
  };
}

/** What its own status says about the measurements; undefined when it measures. */
export function metricsCause({ metadata, status }: Autoscaler): MissingLink | undefined {
  const active = status?.conditions?.find(({ type }) => type === "ScalingActive");
  if (active?.status === "True") return undefined;
  const reason = active?.reason ?? "no measurement yet";
  const said = active?.message === undefined ? "" : ` It says: ${active.message}`;
  return {
    reason: "no-metrics",
    path: "status.conditions",
    expected: "ScalingActive",
    actual: reason,
    message: `HorizontalPodAutoscaler ${metadata.name} gets no measurements of the pods' CPU from metrics-server (${reason}).${said}`,
  };
}

/** Why it asks for no more replicas, though there is load. */
export function scalingCause({ metadata, spec, status }: Autoscaler, wanted: number): MissingLink {
  const { desiredReplicas = 0, conditions = [] } = status ?? {};
  const limited = conditions.find(({ type }) => type === "ScalingLimited");
  const why =
    limited?.status === "True" && limited.message !== undefined
      ? `It is limited: ${limited.message}.`
      : "Its target is so high that the load does not reach it.";
  return {
    reason: "asks-for-too-few",
    path: "spec.metrics",
    expected: `at least ${String(wanted)} replicas asked for under load`,
    actual: `${String(desiredReplicas)} asked for, at most ${String(spec.maxReplicas)}`,
    message: `Under load HorizontalPodAutoscaler ${metadata.name} asks for ${String(desiredReplicas)} replicas, not for ${String(wanted)}. ${why}`,
  };
}
