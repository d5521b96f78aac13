import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import type { Job } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { requireCompleteJob } from "../jobs/complete-job.ts";
import { newerThanJob } from "./newer-than-job.ts";
import { olderThanJob } from "./older-than-job.ts";
import { lookIntoVolume, volumePath } from "./volume-pod.ts";

const spec = z.strictObject({
  kind: z.literal("model-metrics"),
  job: z.string().min(1),
  claim: z.string().min(1).describe("The PersistentVolumeClaim that the model is on."),
  model: z.string().min(1).describe("Its path on the volume, as joblib wrote it."),
  metrics: z
    .string()
    .min(1)
    .describe(
      "The path of a JSON file: version, accuracy, and in held_out the numbers of the rows that it was measured on.",
    ),
  version: z.string().min(1),
  data: z.literal("iris").describe("The data that scikit-learn ships, whose rows held_out names."),
  image: z.string().min(1).describe("Has Python with scikit-learn."),
  heldOut: z.int().positive().default(30).describe("At least so many rows."),
  atLeast: z.number().min(0).max(1).describe("The accuracy that it has to have."),
});

type Spec = z.infer<typeof spec>;

/** An experiment, since it brings a pod of its own that measures the model anew. */
export const modelMetrics = defineCheck({
  kind: "model-metrics",
  summary:
    "An experiment: a Job left a model with its metrics on a volume; a pod of labctl's measures the model anew, and the metrics are true.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await requireCompleteJob(context, wanted.job);
    if (!found.ok) return found.findings;
    const mark = context.nonce();
    const { claim, image, model, metrics } = wanted;
    const command = ["python3", "-c", measure, mark, volumePath, model, metrics];
    const answer = await lookIntoVolume(context, { claim, image, command });
    if (!answer.ok) return answer.findings;
    return judge({ wanted, context, job: found.job, told: parse(answer.output, mark) });
  },
});

/** Tells, behind a mark, what the metrics say and what the model is worth on the rows that they name. */
const measure = `
import json, os, sys
mark, root, model, metrics = sys.argv[1:]
def look():
    missing = [file for file in (model, metrics) if not os.path.isfile(os.path.join(root, file))]
    if missing:
        folder = os.path.dirname(os.path.join(root, missing[0]))
        return {"missing": missing[0], "there": sorted(os.listdir(folder)) if os.path.isdir(folder) else []}
    try:
        with open(os.path.join(root, metrics), encoding="utf-8") as file:
            said = json.load(file)
        claimed, version, rows = said.get("accuracy"), said.get("version"), said.get("held_out")
    except Exception as error:
        return {"unread": type(error).__name__ + ": " + str(error)[:300]}
    modified = {file: os.stat(os.path.join(root, file)).st_mtime for file in (model, metrics)}
    told = {"modified": modified, "version": version, "accuracy": claimed if type(claimed) in (int, float) else None}
    try:
        import joblib
        from sklearn.datasets import load_iris
        iris = load_iris()
        if not isinstance(rows, list) or not all(type(row) is int and 0 <= row < len(iris.target) for row in rows):
            return told
        rows = sorted(set(rows))
        kinds = [str(kind) for kind in joblib.load(os.path.join(root, model)).predict(iris.data[rows])] if rows else []
        right = sum(kind == str(iris.target_names[iris.target[row]]) for kind, row in zip(kinds, rows))
        return {**told, "heldOut": len(rows), "right": right}
    except Exception as error:
        return {**told, "error": type(error).__name__ + ": " + str(error)[:300]}
print(mark + json.dumps(look()), flush=True)
`;

interface Told {
  readonly missing?: string;
  readonly there?: readonly string[];
  /** Why the metrics cannot be read. */
  readonly unread?: string;
  /** Why the model cannot be asked. */
  readonly error?: string;
  /** Seconds since the epoch, by file. */
  readonly modified?: Readonly<Record<string, number>>;
  readonly version?: unknown;
  readonly accuracy?: number | null;
  readonly heldOut?: number;
  readonly right?: number;
}

function parse(output: string, mark: string): Told {
  const line = output.split("\n").find((each) => each.startsWith(mark));
  if (line !== undefined) return JSON.parse(line.slice(mark.length)) as Told;
  throw new EnvironmentError({
    message: "labctl's own pod did not say what the model is worth.",
    lastSeen: output.slice(-300),
    hint: "Check again.",
  });
}

interface Judged {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly job: Job;
  readonly told: Told;
}

/** A share that was rounded to three places is true. */
const rounding = 0.0006;

function judge(judged: Judged): readonly CheckFinding[] {
  const { wanted, context, told } = judged;
  const { heldOut = 0, right = 0, accuracy } = told;
  const trouble = unreadable(judged) ?? untimely(judged) ?? unsaid(judged);
  if (trouble) return [trouble];
  const real = right / heldOut;
  const counted = `${String(right)} of ${String(heldOut)} flowers that were held out, which is ${real.toFixed(3)}`;
  context.observed(`${wanted.model} tells ${counted}; ${wanted.metrics} says ${String(accuracy)}.`);
  if (Math.abs(real - (accuracy ?? 0)) > rounding) {
    const message = `${wanted.metrics} says accuracy ${String(accuracy)}, but the model tells ${counted}: the metrics are not this model's.`;
    return [
      finding(judged, { path: wanted.metrics, expected: real.toFixed(3), actual: String(accuracy), message }),
    ];
  }
  if (real >= wanted.atLeast) return [];
  const message = `The model ${wanted.model} tells ${counted}; at least ${String(wanted.atLeast)} is asked for.`;
  return [
    finding(judged, {
      path: wanted.model,
      expected: `at least ${String(wanted.atLeast)}`,
      actual: real.toFixed(3),
      message,
    }),
  ];
}

type Words = Pick<CheckFinding, "path" | "expected" | "actual" | "message">;

function finding({ wanted, context }: Judged, words: Words): CheckFinding {
  const next = `kubectl -n ${context.namespace} logs job/${wanted.job}`;
  return { object: `PersistentVolumeClaim/${wanted.claim}`, ...words, next };
}

function unreadable(judged: Judged): CheckFinding | undefined {
  const { wanted, told } = judged;
  const { missing, there = [], unread, error } = told;
  if (missing !== undefined) {
    const beside = there.length === 0 ? "nothing" : there.join(", ");
    const message = `Job ${wanted.job} is Complete, but the volume ${wanted.claim} has no ${missing}; beside where it should be: ${beside}. What a pod writes anywhere else goes down with it.`;
    return finding(judged, { path: missing, expected: missing, actual: "not found", message });
  }
  if (unread !== undefined) {
    const message = `The metrics ${wanted.metrics} cannot be read: ${unread}`;
    return finding(judged, { path: wanted.metrics, expected: "a JSON object", actual: "an error", message });
  }
  if (error === undefined) return undefined;
  const message = `The model ${wanted.model} cannot be loaded and asked: ${error}`;
  return finding(judged, {
    path: wanted.model,
    expected: "a model that predicts",
    actual: "an error",
    message,
  });
}

/** Both files have to be this Job's work. */
function untimely({ wanted, context, job, told }: Judged): CheckFinding | undefined {
  const written = Object.entries(told.modified ?? {}).map(([file, modified]) => {
    return { job, claim: wanted.claim, file, modified, context };
  });
  return written.map((each) => olderThanJob(each) ?? newerThanJob(each)).find((each) => each !== undefined);
}

function unsaid(judged: Judged): CheckFinding | undefined {
  const { wanted, told } = judged;
  const { metrics, version } = wanted;
  if (told.version !== version) {
    const actual = JSON.stringify(told.version ?? null);
    const message = `${metrics} says version ${actual}, but it is the version ${version} that it stands beside.`;
    return finding(judged, { path: metrics, expected: version, actual, message });
  }
  if (typeof told.accuracy !== "number") {
    const message = `${metrics} has no number in accuracy: what is the model worth?`;
    return finding(judged, { path: metrics, expected: "accuracy", actual: "no number", message });
  }
  if ((told.heldOut ?? 0) >= wanted.heldOut) return undefined;
  const actual = told.heldOut === undefined ? "no row numbers" : `${String(told.heldOut)} rows`;
  const message = `${metrics} names ${actual} of the data in held_out; the accuracy has to rest on at least ${String(wanted.heldOut)} rows that the model had not seen.`;
  return finding(judged, { path: metrics, expected: `${String(wanted.heldOut)} rows`, actual, message });
}
