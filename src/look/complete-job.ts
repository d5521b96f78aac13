import { jobCause } from "../diagnosis/job-cause.ts";
import { endOf, readJobPods } from "../kube/job-pods.ts";
import type { Job, Pod } from "../kube/objects.ts";
import type { LookContext, CheckFinding, Found } from "./look.ts";
import { missing } from "./missing.ts";

/** Either a Job that has ended well with the pods it made, or the findings that say why it has not. */
export type CompleteJob = Found<{ readonly job: Job; readonly pods: readonly Pod[] }>;

export async function requireCompleteJob(context: LookContext, name: string): Promise<CompleteJob> {
  const { kube, namespace } = context;
  const job = await kube.read({ kind: "Job", namespace, name });
  if (!job) return { ok: false, findings: [missing({ kind: "Job", name, namespace })] };
  const pods = await readJobPods(kube, job);
  if (endOf(job) === "Complete") return { ok: true, job, pods };
  return { ok: false, findings: [await incomplete(context, job, pods)] };
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
