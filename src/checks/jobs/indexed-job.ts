import type { Job, Pod } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireCompleteJob } from "../../look/complete-job.ts";
import type { Spec } from "./indexed-job-spec.ts";

const indexAnnotation = "batch.kubernetes.io/job-completion-index";

/** Times are whole seconds, and those of the kubelet and of the API server may differ a little. */
const skewMs = 2000;

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireCompleteJob(context, wanted.job);
  if (!found.ok) return found.findings;
  const shape = wrongShape(wanted, found.job, context);
  if (shape) return [shape];
  const succeeded = found.pods.filter(({ status }) => status?.phase === "Succeeded");
  const indexes = new Set(succeeded.map(({ metadata }) => metadata.annotations?.[indexAnnotation]));
  if (indexes.size < wanted.completions) return [podsGone(wanted, indexes.size, context)];
  const most = mostAtATime(found.pods);
  context.observed(`${String(most)} pods at a time`);
  return most > wanted.atMost ? [tooMany(wanted, most, context)] : [];
}

function wrongShape(wanted: Spec, { spec: own }: Job, { namespace }: LookContext): CheckFinding | undefined {
  const { completionMode = "NonIndexed", completions = 1, parallelism = 1 } = own;
  const next = `kubectl -n ${namespace} get job ${wanted.job} -o yaml`;
  const object = `Job/${wanted.job}`;
  if (completionMode !== "Indexed") {
    const message = `Job ${wanted.job} is not Indexed: its pods get no number, so all of them do the same.`;
    return {
      object,
      reason: "not-indexed",
      path: "spec.completionMode",
      expected: "Indexed",
      actual: completionMode,
      message,
      next,
    };
  }
  if (completions !== wanted.completions) {
    const expected = String(wanted.completions);
    const message = `Job ${wanted.job} asks for ${String(completions)} completions, not for ${expected}.`;
    return {
      object,
      reason: "another-number-of-completions",
      path: "spec.completions",
      expected,
      actual: String(completions),
      message,
      next,
    };
  }
  if (parallelism > wanted.atMost) {
    const expected = `at most ${String(wanted.atMost)}`;
    const message = `Job ${wanted.job} lets ${String(parallelism)} pods run at a time; allowed are ${expected}.`;
    return {
      object,
      reason: "too-parallel",
      path: "spec.parallelism",
      expected,
      actual: String(parallelism),
      message,
      next,
    };
  }
  return undefined;
}

function podsGone({ job, completions }: Spec, there: number, { namespace }: LookContext): CheckFinding {
  return {
    object: `Job/${job}`,
    reason: "pods-gone",
    expected: `a pod that succeeded for each of ${String(completions)} indexes`,
    actual: `pods of ${String(there)} indexes`,
    message: `Job ${job} is Complete, but only the pods of ${String(there)} of its ${String(completions)} indexes are still there: how it ran can no longer be seen.`,
    next: `kubectl -n ${namespace} get pods -l job-name=${job}`,
  };
}

/** The most pods whose lives overlapped, from creation to the end of their last container. */
function mostAtATime(pods: readonly Pod[]): number {
  const lives = pods.map(({ metadata, status }) => {
    const ends = (status?.containerStatuses ?? []).map(({ state }) =>
      Date.parse(state?.terminated?.finishedAt ?? ""),
    );
    const from = Date.parse(metadata.creationTimestamp ?? "");
    // One that was over at once was there all the same.
    return { from, to: Math.max(...ends.map((end) => end - skewMs), from + 1) };
  });
  return Math.max(...lives.map(({ from }) => lives.filter((it) => it.from <= from && from < it.to).length));
}

function tooMany({ job, atMost }: Spec, most: number, { namespace }: LookContext): CheckFinding {
  return {
    object: `Job/${job}`,
    reason: "too-parallel",
    path: "spec.parallelism",
    expected: `at most ${String(atMost)} pods at a time`,
    actual: String(most),
    message: `Job ${job} had ${String(most)} pods at a time, by the times of its pods; allowed are ${String(atMost)}.`,
    next: `kubectl -n ${namespace} get pods -l job-name=${job} --sort-by=.metadata.creationTimestamp`,
  };
}
