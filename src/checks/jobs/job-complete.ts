import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireCompleteJob } from "../../look/complete-job.ts";
import type { Spec } from "./job-complete-spec.ts";

export async function observe({ job }: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireCompleteJob(context, job);
  return found.ok ? [] : found.findings;
}
