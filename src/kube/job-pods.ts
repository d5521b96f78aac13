import { isOwnedBy } from "./deployment-pods.ts";
import type { KubeReads } from "./kube.ts";
import type { ContainerStatus, Job, Pod } from "./objects.ts";

/** The pods that a Job made itself, by its UID, oldest first: not those of an earlier Job of the same name. */
export async function readJobPods(kube: KubeReads, job: Job): Promise<readonly Pod[]> {
  const pods = await kube.list("Pod", { namespace: job.metadata.namespace ?? "default" });
  const own = pods.filter((pod) => isOwnedBy(pod, job));
  return own.sort((a, b) =>
    (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""),
  );
}

/** Whether the Job has ended, and how; undefined while it goes on. */
export function endOf({ status }: Job): "Complete" | "Failed" | undefined {
  const ended = status?.conditions?.filter((condition) => condition.status === "True") ?? [];
  if (ended.some(({ type }) => type === "Complete")) return "Complete";
  return ended.some(({ type }) => type === "Failed") ? "Failed" : undefined;
}

/** The container that ended badly; undefined in a pod that was evicted, or that did not fail. */
export function failedContainer({ status }: Pod): ContainerStatus | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ state }) => state?.terminated !== undefined && state.terminated.exitCode !== 0);
}
