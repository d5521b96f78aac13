import type { CheckContext, CheckFinding } from "../check.ts";
import { requireCompleteJob } from "./complete-job.ts";
import type { Spec } from "./job-complete-spec.ts";

export async function observe({ job }: Spec, context: CheckContext): Promise<readonly CheckFinding[]> {
  const found = await requireCompleteJob(context, job);
  return found.ok ? [] : found.findings;
}
