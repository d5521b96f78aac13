import type { KindRef } from "../kube/kube.ts";
import type { CheckReport } from "../report/result.ts";
import { silentProgress } from "../terminal/line-progress.ts";
import { checkLab, type CheckLabOptions } from "./check-lab.ts";
import type { LabRun } from "./lab-run.ts";

/** What students write. */
const writtenKinds: readonly KindRef[] = [
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "batch/v1", kind: "Job" },
  { apiVersion: "batch/v1", kind: "CronJob" },
  { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "v1", kind: "ConfigMap" },
  { apiVersion: "v1", kind: "Secret" },
  { apiVersion: "v1", kind: "PersistentVolumeClaim" },
];

/** What the cluster makes of it. */
const madeKinds = ["Pod", "ReplicaSet", "EndpointSlice"] as const;

/** A rollout changes many objects at once; one look after it settled is enough. */
const settleMs = 700;
/** What no watch tells (an answer through the ingress, an image in the registry) is looked at this often. */
const everyMs = 15_000;

/**
 * Checks again whenever the lab's namespace changes, until everything has passed. Experiments come when nothing else
 * is open, and once they have failed, not again before the student has changed something.
 * @returns the last report.
 */
export async function watchLab(
  run: LabRun,
  options: Pick<CheckLabOptions, "only" | "agree">,
  onReport: (report: CheckReport) => Promise<void>,
): Promise<CheckReport> {
  const changes = await watchChanges(run);
  let failedWith: { readonly report: CheckReport; readonly written: string } | undefined;
  try {
    for (;;) {
      const changed = changes.next();
      const plain = await checkLab(run, { ...options, progress: silentProgress, experiments: false });
      const isDue = plain.exercises.every(({ status }) => status === "passed" || status === "skipped");
      const written = isDue ? await whatIsWritten(run) : "";
      if (isDue && plain.status !== "passed" && failedWith?.written !== written) {
        const disturb = () => checkLab(run, { ...options, progress: silentProgress });
        const report = await run.context.deps.exclusive(disturb, run.namespace);
        failedWith = { report, written: await whatIsWritten(run) };
      }
      const report = isDue ? (failedWith?.report ?? plain) : plain;
      await onReport(report);
      if (report.status === "passed") return report;
      await changes.settled(changed);
    }
  } finally {
    changes.stop();
  }
}

async function watchChanges({ namespace, context }: LabRun) {
  const { clock, signal } = context.deps;
  const kube = await context.kube();
  const stop = new AbortController();
  let wake = (): void => undefined;
  const ended = AbortSignal.any([signal, stop.signal]);
  kube.watch([...writtenKinds, ...madeKinds], { namespace }, () => wake(), ended);
  return {
    /** Resolves at the next change after this call. */
    next: () => new Promise<void>((resolve) => (wake = resolve)),
    async settled(changed: Promise<void>): Promise<void> {
      await Promise.race([changed, clock.sleep(everyMs, signal)]);
      await clock.sleep(settleMs, signal);
    },
    stop: () => stop.abort(),
  };
}

/** A word that changes when somebody writes: an experiment restores what it touches, and pods come and go by themselves. */
async function whatIsWritten({ namespace, context }: LabRun): Promise<string> {
  const kube = await context.kube();
  const lists = await Promise.all(writtenKinds.map((kind) => kube.list(kind, { namespace })));
  const byHand = lists.flat().filter(({ metadata }) => metadata.ownerReferences === undefined);
  // Where there is no generation there is no status either that the cluster would write.
  const marks = byHand.map(({ metadata: { uid, generation, resourceVersion } }) => [
    uid,
    generation ?? resourceVersion,
  ]);
  return JSON.stringify(marks);
}
