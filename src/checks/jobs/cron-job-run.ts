import { endOf, readJobPods } from "../../kube/job-pods.ts";
import type { DisturbContext } from "../check.ts";
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
    name: `labctl-try-${cronJob}`.slice(0, 63),
    namespace,
    labels: metadata?.labels,
    annotations: metadata?.annotations,
    spec: template,
    until: (job: Parameters<typeof endOf>[0]) => endOf(job) !== undefined,
    withinSeconds,
  } as const;
  context.announce(`making Job ${run.name} from the template of CronJob ${cronJob}`);
  return withOwnObject(context, run, async ({ object: job }) => {
    if (endOf(job) === "Complete") return [];
    const finding = await incomplete(context, job, await readJobPods(kube, job));
    const message = `A Job that labctl made from the template of CronJob ${cronJob} did not complete within ${String(withinSeconds)} s. ${finding.message}`;
    const next = `kubectl -n ${namespace} create job try --from=cronjob/${cronJob}; kubectl -n ${namespace} logs job/try`;
    return [{ ...finding, object: `CronJob/${cronJob}`, path: "spec.jobTemplate", message, next }];
  });
}
