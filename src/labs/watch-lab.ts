import type { CheckReport } from "../report/result.ts";
import { silentProgress } from "../terminal/line-progress.ts";
import { checkLab } from "./check-lab.ts";
import type { LabRun } from "./lab-run.ts";

const watchedKinds = [
  "Pod",
  "Deployment",
  "ReplicaSet",
  "Service",
  "EndpointSlice",
  "Ingress",
  "ConfigMap",
] as const;

/** A rollout changes many objects at once; one look after it settled is enough. */
const settleMs = 700;
/** What no watch tells (an answer through the ingress) is looked at this often. */
const everyMs = 15_000;

/**
 * Checks again whenever the lab's namespace changes, until everything has passed; experiments run at the end, once.
 * @returns the last report.
 */
export async function watchLab(
  run: LabRun,
  onReport: (report: CheckReport) => Promise<void>,
): Promise<CheckReport> {
  const { clock, signal } = run.context.deps;
  const kube = await run.context.kube();
  const stop = new AbortController();
  let wake = (): void => undefined;
  const onChange = (): void => {
    wake();
  };
  kube.watch(watchedKinds, { namespace: run.namespace }, onChange, AbortSignal.any([signal, stop.signal]));
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const report = await checkLab(run, { progress: silentProgress, experiments: false });
      await onReport(report);
      if (report.status === "passed") return report;
      if (report.exercises.every(({ status }) => status === "passed" || status === "skipped")) {
        const whole = await checkLab(run, { progress: silentProgress });
        await onReport(whole);
        if (whole.status === "passed") return whole;
      }
      await Promise.race([changed, clock.sleep(everyMs, signal)]);
      await clock.sleep(settleMs, signal);
    }
  } finally {
    stop.abort();
  }
}
