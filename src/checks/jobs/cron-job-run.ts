import { endOf, readJobPods } from "../../kube/job-pods.ts";
import type { DisturbContext } from "../check.ts";
import { requireRun } from "../../kube/template-pod.ts";
import type { CheckFinding } from "../../look/look.ts";
import { incomplete } from "../../look/complete-job.ts";
import { missing } from "../../look/missing.ts";
import { withOwnObject } from "../objects/own-object.ts";
import type { Spec } from "./cron-job-run-spec.ts";

export async function observe(
  { cronJob, withinSeconds }: Spec,
  context: DisturbContext,
): Promise<readonly CheckFinding[]> {
  const { kube, namespace } = context;
  const found = await kube.read({ kind: "CronJob", namespace, name: cronJob });
  if (!found) return [missing({ kind: "CronJob", name: cronJob, namespace })];
  const { metadata, spec: template } = found.spec.jobTemplate;
  const run = {
    kind: "Job",
    name: `labctl-try-${cronJob}`,
    namespace,
    labels: metadata?.labels,
    annotations: metadata?.annotations,
    // labctl removes it itself, after it has looked.
    spec: { ...template, ttlSecondsAfterFinished: undefined },
    until: (job: Parameters<typeof endOf>[0]) => endOf(job) !== undefined,
    withinSeconds,
    // That is the finding.
    late: () => undefined,
  } as const;
  context.announce(`making a Job from the template of CronJob ${cronJob}`);
  return withOwnObject(context, run, async (job) => {
    const pods = await readJobPods(kube, job);
    if (endOf(job) === "Complete") {
      requireRun(job, pods);
      return [];
    }
    const finding = await incomplete(context, job, pods);
    const message = `A Job that labctl made from the template of CronJob ${cronJob} did not complete within ${String(withinSeconds)} s. ${finding.message}`;
    const next = `kubectl -n ${namespace} create job try --from=cronjob/${cronJob}; kubectl -n ${namespace} logs job/try`;
    return [{ ...finding, object: `CronJob/${cronJob}`, path: "spec.jobTemplate", message, next }];
  });
}
