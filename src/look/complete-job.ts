import { jobCause } from "../diagnosis/job-cause.ts";
import { endOf, readJobPods } from "../kube/job-pods.ts";
import type { Job, Pod } from "../kube/objects.ts";
import { statusWriters } from "../kube/written-by.ts";
import type { LookContext, CheckFinding, Found } from "./look.ts";
import { leaving } from "./leaving.ts";
import { missing } from "./missing.ts";

/** Either a Job that has ended well with the pods it made, or the findings that say why it has not. */
export type CompleteJob = Found<{ readonly job: Job; readonly pods: readonly Pod[] }>;

export async function requireCompleteJob(context: LookContext, name: string): Promise<CompleteJob> {
  const { kube, namespace } = context;
  const job = await kube.read({ kind: "Job", namespace, name });
  if (!job) return { ok: false, findings: [missing({ kind: "Job", name, namespace })] };
  const gone = leaving(job);
  if (gone.length > 0) return { ok: false, findings: gone };
  const pods = await readJobPods(kube, job);
  if (endOf(job) !== "Complete") return { ok: false, findings: [await incomplete(context, job, pods)] };
  const finding = onlySaidToBe(job);
  return finding ? { ok: false, findings: [finding] } : { ok: true, job, pods };
}

/** Kubernetes' own controller; where a Job names another, that one's word is all there is. */
const jobController = "kubernetes.io/job-controller";

/** A Complete that nothing stands behind: it has run no pod, or somebody else than its controller has written that. */
function onlySaidToBe({ metadata, spec, status, ...job }: Job): CheckFinding | undefined {
  const { name, namespace = "default" } = metadata;
  const { managedBy = jobController } = spec;
  const about = {
    object: `Job/${name}`,
    expected: "a Job whose pods have done its work",
    next: `kubectl -n ${namespace} get job ${name} -o yaml --show-managed-fields`,
  };
  if (managedBy !== jobController) {
    const message = `Job ${name} is managed by ${managedBy}, not by Kubernetes: that it is Complete says nothing.`;
    return { ...about, reason: "managed-by-another", path: "spec.managedBy", actual: managedBy, message };
  }
  if ((status?.succeeded ?? 0) === 0) {
    const message = `Job ${name} is Complete, but no pod of it has succeeded.`;
    return { ...about, reason: "no-pod-succeeded", path: "status.succeeded", actual: "0", message };
  }
  const writers = [...statusWriters({ ...job, metadata })];
  if (writers.length <= 1) return undefined;
  const message = `The status of Job ${name} was written by ${writers.join(" and ")}: that it is Complete says nothing. Delete it, and let Kubernetes run it.`;
  return { ...about, reason: "status-by-hand", path: "status", actual: writers.join(", "), message };
}

export async function incomplete(
  context: LookContext,
  job: Job,
  pods: readonly Pod[],
): Promise<CheckFinding> {
  const { reason, message, actual, next } = await jobCause(context, { job, pods });
  return {
    object: `Job/${job.metadata.name}`,
    path: "status.conditions",
    reason,
    expected: "Complete",
    actual,
    message,
    next,
  };
}
