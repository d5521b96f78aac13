import { z } from "zod";
import { endOf, readJobPods } from "../../kube/job-pods.ts";
import { defineCheck } from "../check.ts";
import { incomplete } from "./complete-job.ts";
import { missing } from "../objects/missing.ts";
import { withOwnObject } from "../objects/own-object.ts";

const spec = z.strictObject({
  kind: z.literal("cron-job-run"),
  cronJob: z.string().min(1),
  withinSeconds: z.int().positive().default(120).describe("How long the Job may take."),
});

/** An experiment: what the CronJob would do tonight is done now. */
export const cronJobRun = defineCheck({
  kind: "cron-job-run",
  summary:
    "An experiment: a Job that labctl makes from a CronJob's template completes; it is removed afterwards.",
  spec,
  experiment: true,
  async observe({ cronJob, withinSeconds }, context) {
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
  },
});
