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

/** The finding for a file that was there before the Job began: somebody else wrote it. */
export function olderThanJob(written: Written): CheckFinding | undefined {
  const { job, claim, file, modified, context } = written;
  const startedAt = Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? "");
  // The Job's time is in whole seconds.
  if (Number.isNaN(startedAt) || modified * 1000 >= startedAt - 1000) return undefined;
  const { name } = job.metadata;
  return {
    object: `PersistentVolumeClaim/${claim}`,
    path: file,
    expected: `written by Job ${name}`,
    actual: `last written at ${new Date(modified * 1000).toISOString()}`,
    message: `${file} on the volume ${claim} is older than Job ${name}: this Job did not write it.`,
    next: `kubectl -n ${context.namespace} logs job/${name}`,
  };
}
