import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Pod, Service, ServicePort } from "../kube/objects.ts";
import type { Cause } from "./cause.ts";
import { podCause, type PodCauseContext } from "./pod-cause.ts";

interface ServiceSeen {
  readonly service: Service;
  /** Of the Service's namespace. */
  readonly pods: readonly Pod[];
  /** The pods that ought to be behind it, when that is known. */
  readonly wanted?: { readonly deployment: string; readonly pods: readonly Pod[] };
}

/**
 * Why a Service leads nowhere: its selector, its ports, or pods that are not Ready.
 * Undefined when nothing of that is wrong.
 */
export async function serviceCause(context: PodCauseContext, seen: ServiceSeen): Promise<Cause | undefined> {
  const selected = seen.pods.filter((pod) => isLive(pod) && isSelected(seen.service, pod));
  if (selected.length === 0) return selectorCause(seen);
  const unready = selected.filter((pod) => !isReady(pod));
  if (unready[0] && unready.length === selected.length) {
    const cause = await podCause(context, unready[0]);
    return {
      ...cause,
      message: `Service ${nameOf(seen)} selects pods, but none of them is Ready. ${cause.message}`,
    };
  }
  return portCause(seen.service, selected);
}

/** Whether a Service without a selector selects nothing, and one with it this pod. */
export function isSelected(service: Service, pod: Pod): boolean {
  return selectsLabels(service, pod.metadata.labels ?? {});
}

/** The same, of pods that would have these labels. */
export function selectsLabels(service: Service, labels: Readonly<Record<string, string>>): boolean {
  const selector = Object.entries(service.spec.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

function nameOf({ service }: ServiceSeen): string {
  return service.metadata.name;
}

function next(service: Service, command: string): string {
  return `kubectl -n ${service.metadata.namespace ?? "default"} ${command}`;
}

function selectorCause(seen: ServiceSeen): Cause {
  const { service, wanted } = seen;
  const selector = service.spec.selector ?? {};
  const show = next(service, "get pods --show-labels");
  if (Object.keys(selector).length === 0) {
    return {
      reason: "no-selector",
      actual: "no selector",
      message: `Service ${nameOf(seen)} has no selector, so no pods are behind it.`,
      next: show,
    };
  }
  const labels = wanted?.pods[0]?.metadata.labels ?? {};
  const differing = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
  const carried = differing.map(([key]) => `${key}=${labels[key] ?? "(none)"}`).join(",");
  const whose = wanted?.pods[0] ? ` The pods of Deployment ${wanted.deployment} carry ${carried}.` : "";
  return {
    reason: "selector-matches-nothing",
    actual: writeLabels(selector),
    message: `The selector ${writeLabels(selector)} of Service ${nameOf(seen)} matches no pod.${whose}`,
    next: show,
  };
}

/** A named targetPort that no container has, or a number that no container declares though others are declared. */
function portCause(service: Service, selected: readonly Pod[]): Cause | undefined {
  const declared = selected.flatMap(({ spec }) => spec.containers.flatMap(({ ports }) => ports ?? []));
  const wrong = (service.spec.ports ?? []).find((port) => {
    const target = targetOf(port);
    if (typeof target === "string") return !declared.some(({ name }) => name === target);
    return declared.length > 0 && !declared.some(({ containerPort }) => containerPort === target);
  });
  if (!wrong) return undefined;
  const there = declared.map(
    ({ name, containerPort }) => `${String(containerPort)}${name === undefined ? "" : ` (${name})`}`,
  );
  const listed = there.length === 0 ? "no port" : `port ${[...new Set(there)].join(", ")}`;
  return {
    reason: "target-port-leads-nowhere",
    actual: `targetPort ${String(targetOf(wrong))}`,
    message: `targetPort ${String(targetOf(wrong))} of Service ${service.metadata.name} leads nowhere: the containers declare ${listed}.`,
    next: next(service, `get service ${service.metadata.name} -o yaml`),
  };
}

function targetOf({ port, targetPort }: ServicePort): number | string {
  return targetPort ?? port;
}

export function writeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
