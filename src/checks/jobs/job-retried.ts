import { matches } from "../../briefly.ts";
import { failedContainer } from "../../kube/job-pods.ts";
import type { Job, Pod } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireCompleteJob } from "../../look/complete-job.ts";
import type { Spec } from "./job-retried-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireCompleteJob(context, wanted.job);
  if (!found.ok) return found.findings;
  const { job, pods } = found;
  const failed = pods.filter((pod) => pod.status?.phase === "Failed" && failedContainer(pod));
  const succeeded = pods.filter((pod) => pod.status?.phase === "Succeeded");
  if (failed.length === 0) return [neverFailed(job, pods, context)];
  const tries = [
    { pods: failed, says: wanted.failedSays, how: "failed" },
    { pods: succeeded, says: wanted.succeededSays, how: "succeeded" },
  ];
  const findings = await Promise.all(tries.map((each) => otherWords({ ...each, wanted, context })));
  return findings.flatMap((finding) => finding ?? []);
}

function neverFailed(job: Job, pods: readonly Pod[], { namespace }: LookContext): CheckFinding {
  const { name } = job.metadata;
  const restarted = pods.find((pod) =>
    pod.status?.containerStatuses?.some(({ restartCount }) => restartCount > 0),
  );
  const gone = (job.status?.failed ?? 0) > 0;
  const why = restarted
    ? `its container was started again inside pod ${restarted.metadata.name} (restartPolicy OnFailure), so no pod failed and nothing stayed to be looked at`
    : gone
      ? "its failed pods have been deleted, so nothing shows what happened"
      : "its first try succeeded, so it had nothing to retry; a Job that is made again by hand after a failure starts from zero";
  return {
    object: `Job/${name}`,
    path: "status.failed",
    reason: restarted ? "container-restarted" : gone ? "pods-gone" : "nothing-failed",
    expected: "a failed pod of this Job, and then one that succeeded",
    actual: restarted ? "a restarted container" : gone ? "failed pods that are gone" : "no failed pod",
    message: `Job ${name} is Complete, but ${why}.`,
    next: `kubectl -n ${namespace} get pods -l job-name=${name}`,
  };
}

interface Told {
  readonly pods: readonly Pod[];
  readonly says: string | undefined;
  /** "failed". */
  readonly how: string;
  readonly wanted: Spec;
  readonly context: LookContext;
}

/** What was given to run has run: by what it writes to its log. */
async function otherWords({ pods, says, how, wanted, context }: Told): Promise<CheckFinding | undefined> {
  if (says === undefined) return undefined;
  const { kube, namespace } = context;
  const logs = await Promise.all(pods.map(({ metadata: { name } }) => kube.logs({ namespace, name })));
  if (logs.some((log) => matches(new RegExp(says, "u"), log))) return undefined;
  const name = pods[0]?.metadata.name ?? "";
  return {
    object: `Job/${wanted.job}`,
    reason: "another-program",
    expected: `a log with "${says}"`,
    actual: logs[0]?.trim().split("\n").at(-1) ?? "no log",
    message: `The pod of Job ${wanted.job} that ${how} did not run what it was given to run: its log has no line like "${says}".`,
    next: `kubectl -n ${namespace} logs ${name === "" ? `job/${wanted.job}` : name}`,
  };
}
