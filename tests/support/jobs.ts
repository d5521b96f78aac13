import type { CronJob, Job, JobSpec, Pod } from "../../src/kube/objects.ts";
import { namespace, ownedBy, pod } from "./cluster-objects.ts";

const startTime = "2026-01-01T10:00:00Z";

interface JobOptions {
  readonly end?: "Complete" | "Failed";
  readonly spec?: Partial<JobSpec>;
  readonly failed?: number;
  readonly uid?: string;
  readonly succeeded?: number;
}

const template = { spec: { containers: [] } };

/** A Job, Complete unless it says otherwise. */
export function job(name: string, options: JobOptions = {}): Job {
  const { spec = {}, failed = 0, succeeded = 1, uid = `uid-job-${name}` } = options;
  const end = "end" in options ? options.end : "Complete";
  const reason = end === "Failed" ? { reason: "BackoffLimitExceeded" } : {};
  const conditions = end === undefined ? [] : [{ type: end, status: "True" as const, ...reason }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, uid, creationTimestamp: startTime },
    spec: { template, ...spec },
    status: { startTime, succeeded, failed, conditions },
  };
}

interface JobPodOptions {
  readonly phase?: string;
  readonly index?: number;
  readonly restarts?: number;
  /** Seconds after the Job's start. */
  readonly from?: number;
  readonly to?: number;
}

/** A pod that a Job made, Succeeded unless it says otherwise. */
export function jobPod(of: Job, name: string, options: JobPodOptions = {}): Pod {
  const { phase = "Succeeded", index, restarts = 0, from = 0, to = 10 } = options;
  const bare = pod({ name, owner: ownedBy(of), ready: phase === "Running" });
  const terminated = { exitCode: phase === "Failed" ? 1 : 0, finishedAt: at(to) };
  const [status] = bare.status?.containerStatuses ?? [];
  if (!status) throw new Error("a pod has a container");
  const annotations: Record<string, string> =
    index === undefined ? {} : { "batch.kubernetes.io/job-completion-index": String(index) };
  const state = phase === "Running" ? { running: {} } : { terminated };
  return {
    ...bare,
    metadata: { ...bare.metadata, annotations, creationTimestamp: at(from) },
    status: { ...bare.status, phase, containerStatuses: [{ ...status, restartCount: restarts, state }] },
  };
}

function at(seconds: number): string {
  return new Date(Date.parse(startTime) + seconds * 1000).toISOString();
}

export function cron(name: string, spec: Partial<CronJob["spec"]> = {}): CronJob {
  const limits = { successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 };
  const jobTemplate = { metadata: { labels: { team: "night" } }, spec: { template } };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace, uid: `uid-cron-${name}` },
    spec: { schedule: "30 2 * * *", suspend: false, ...limits, jobTemplate, ...spec },
  };
}
