import type { Job } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";

interface Written {
  readonly job: Job;
  readonly claim: string;
  readonly file: string;
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly context: CheckContext;
}

/** The Job's times are in whole seconds, and nodes do not agree on the time to the millisecond. */
const slackMs = 2000;

/** The finding for a file that was written after the Job was over: somebody else did. */
export function newerThanJob(written: Written): CheckFinding | undefined {
  const { job, claim, file, modified, context } = written;
  const endedAt = Date.parse(job.status?.completionTime ?? "");
  if (Number.isNaN(endedAt) || modified * 1000 <= endedAt + slackMs) return undefined;
  const { name } = job.metadata;
  return {
    object: `PersistentVolumeClaim/${claim}`,
    path: file,
    expected: `written by Job ${name}`,
    actual: `last written at ${new Date(modified * 1000).toISOString()}`,
    message: `${file} on the volume ${claim} was changed after Job ${name} was over: it is not this Job's work any more.`,
    next: `kubectl -n ${context.namespace} get pods,jobs`,
  };
}
