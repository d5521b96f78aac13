import type { CronJob } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { isSameSchedule } from "./cron-schedule.ts";
import { leaving } from "../../look/leaving.ts";
import { missing } from "../../look/missing.ts";
import type { Spec } from "./cron-job-spec.ts";

export async function observe(
  wanted: Spec,
  { kube, namespace }: LookContext,
): Promise<readonly CheckFinding[]> {
  const found = await kube.read({ kind: "CronJob", namespace, name: wanted.cronJob });
  if (!found) return [missing({ kind: "CronJob", name: wanted.cronJob, namespace })];
  const gone = leaving(found);
  if (gone.length > 0) return gone;
  const next = `kubectl -n ${namespace} get cronjob ${wanted.cronJob} -o yaml`;
  return [...schedule(wanted, found), ...asleep(found), ...history(wanted, found)].map((finding) => ({
    object: `CronJob/${wanted.cronJob}`,
    next,
    ...finding,
  }));
}

type Part = Pick<CheckFinding, "reason" | "path" | "expected" | "actual" | "message">;

function schedule({ cronJob: name, schedule: expected }: Spec, { spec: own }: CronJob): readonly Part[] {
  if (isSameSchedule(own.schedule, expected)) return [];
  const actual = own.schedule;
  const message = `CronJob ${name} is due at "${actual}", which is not "${expected}"; the five fields are minute, hour, day of the month, month, day of the week.`;
  return [{ reason: "another-schedule", path: "spec.schedule", expected, actual, message }];
}

function asleep({ metadata, spec: own }: CronJob): readonly Part[] {
  if (own.suspend !== true) return [];
  const message = `CronJob ${metadata.name} is suspended: it will not make a Job, whatever its schedule says.`;
  return [{ reason: "cron-job-suspended", path: "spec.suspend", expected: "false", actual: "true", message }];
}

function history({ cronJob: name, keeps }: Spec, { spec: own }: CronJob): readonly Part[] {
  const limits = [
    { path: "successfulJobsHistoryLimit", what: "succeeded", has: own.successfulJobsHistoryLimit ?? 3 },
    { path: "failedJobsHistoryLimit", what: "failed", has: own.failedJobsHistoryLimit ?? 1 },
  ] as const;
  return limits
    .filter(({ what, has }) => has !== keeps[what])
    .map(({ path, what, has }) => ({
      reason: "another-history-limit",
      path: `spec.${path}`,
      expected: String(keeps[what]),
      actual: String(has),
      message: `CronJob ${name} keeps ${String(has)} Jobs that ${what}, not ${String(keeps[what])}.`,
    }));
}
