import { isReady } from "../kube/deployment-pods.ts";
import { endOf, failedContainer } from "../kube/job-pods.ts";
import type { Job, Pod } from "../kube/objects.ts";
import type { Cause } from "./cause.ts";
import { podCause, type PodCauseContext } from "./pod-cause.ts";

/** Why a Job is not Complete: it gave up, it sleeps, its pods do not start, or it is still at work. */
export async function jobCause(
  context: PodCauseContext,
  { job, pods }: { readonly job: Job; readonly pods: readonly Pod[] },
): Promise<Cause> {
  const { name, namespace = "default" } = job.metadata;
  const describe = `kubectl -n ${namespace} describe job ${name}`;
  const failed = pods.findLast(({ status }) => status?.phase === "Failed");
  const failure = failed && (await lastWords(context, failed));
  if (endOf(job) === "Failed") {
    const condition = job.status?.conditions?.find(({ type }) => type === "Failed");
    const reason = condition?.reason ?? "it gives no reason";
    const message = `Job ${name} has failed: ${reason}.${failure ? ` ${failure.message}` : ""}`;
    return { reason: "job-failed", actual: "Failed", message, next: failure?.next ?? describe };
  }
  if (job.spec.suspend === true) {
    const message = `Job ${name} is suspended: it makes no pods.`;
    return { reason: "job-suspended", actual: "suspended", message, next: describe };
  }
  const active = pods.find(({ status }) => status?.phase !== "Failed" && status?.phase !== "Succeeded");
  if (active && !isReady(active)) return podCause(context, active);
  if (!active && failure) {
    return {
      ...failure,
      reason: "job-tries-again",
      actual: "not Complete",
      message: `${failure.message} Job ${name} tries again soon.`,
    };
  }
  const message = active
    ? `Job ${name} is still at work in pod ${active.metadata.name}: check again in a moment.`
    : `Job ${name} has made no pod yet.`;
  return {
    reason: active ? "job-at-work" : "job-without-pods",
    actual: "not Complete",
    message,
    next: describe,
  };
}

async function lastWords({ kube }: PodCauseContext, pod: Pod): Promise<Cause> {
  const { name, namespace = "default" } = pod.metadata;
  const status = failedContainer(pod);
  const code = status?.state?.terminated?.exitCode;
  const options = status === undefined ? {} : { container: status.name };
  const log = (await kube.logs({ namespace, name }, { ...options, tailLines: 1 })).trim();
  const ended = code === undefined ? "failed" : `failed with exit code ${String(code)}`;
  const said = log === "" ? "Its log is empty." : `The last line of its log: ${log}`;
  return {
    reason: "pod-failed",
    actual: "Failed",
    message: `Pod ${name} ${ended}. ${said}`,
    next: `kubectl -n ${namespace} logs ${name}`,
  };
}
