import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import type { Job } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { requireCompleteJob } from "../jobs/complete-job.ts";
import { distributions, drawSamples, type Sample } from "./draw-samples.ts";
import { olderThanJob } from "./older-than-job.ts";
import { lookIntoVolume, volumePath } from "./volume-pod.ts";

const spec = z.strictObject({
  kind: z.literal("trained-model"),
  job: z.string().min(1),
  claim: z.string().min(1).describe("The PersistentVolumeClaim that the model is on."),
  file: z.string().min(1).describe("Its path on the volume, as joblib wrote it."),
  image: z.string().min(1).describe("Has Python with what the model needs."),
  samples: z.int().positive().default(400),
  from: distributions.describe("What samples are drawn from, by kind; labctl draws them anew each time."),
  atLeast: z.number().min(0).max(1).describe("The share that has to be told apart."),
});

type Spec = z.infer<typeof spec>;

/** An experiment, since it brings a pod of its own: the kinds of the samples never leave labctl. */
export const trainedModel = defineCheck({
  kind: "trained-model",
  summary:
    "An experiment: a pod of labctl's loads the model that a Job left on a volume; what it predicts for new samples is right.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await requireCompleteJob(context, wanted.job);
    if (!found.ok) return found.findings;
    const samples = drawSamples({ from: wanted.from, count: wanted.samples, seed: context.nonce() });
    const mark = context.nonce();
    const rows = JSON.stringify(samples.map(({ features }) => features));
    const answer = await lookIntoVolume(context, {
      ...wanted,
      command: ["python3", "-c", predict, mark, `${volumePath}/${wanted.file}`, rows],
    });
    if (!answer.ok) return answer.findings;
    return judge({ wanted, samples, job: found.job, context, told: parse(answer.output, mark) });
  },
});

/** Tells, behind a mark, what is there, what went wrong, or what the model predicts. */
const predict = `
import json, os, sys
mark, path, rows = sys.argv[1:]
def look():
    folder = os.path.dirname(path)
    if not os.path.isfile(path):
        return {"there": sorted(os.listdir(folder)) if os.path.isdir(folder) else []}
    try:
        import joblib
        kinds = [str(kind) for kind in joblib.load(path).predict(json.loads(rows))]
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)[:300]}
    return {"modified": os.stat(path).st_mtime, "kinds": kinds}
print(mark + json.dumps(look()), flush=True)
`;

interface Told {
  readonly there?: readonly string[];
  readonly error?: string;
  /** Seconds since the epoch. */
  readonly modified?: number;
  readonly kinds?: readonly string[];
}

function parse(output: string, mark: string): Told {
  const line = output.split("\n").find((each) => each.startsWith(mark));
  if (line !== undefined) return JSON.parse(line.slice(mark.length)) as Told;
  throw new EnvironmentError({
    message: "labctl's own pod did not say what the model predicts.",
    lastSeen: output.slice(-300),
    hint: "Check again.",
  });
}

interface Judged {
  readonly wanted: Spec;
  readonly samples: readonly Sample[];
  readonly job: Job;
  readonly told: Told;
  readonly context: CheckContext;
}

function judge({ wanted, samples, job, told, context }: Judged): readonly CheckFinding[] {
  const { claim, file, atLeast } = wanted;
  const object = `PersistentVolumeClaim/${claim}`;
  const next = `kubectl -n ${context.namespace} logs job/${wanted.job}`;
  if (told.there) {
    const actual = told.there.length === 0 ? "nothing" : told.there.join(", ");
    const message = `Job ${wanted.job} is Complete, but the volume ${claim} has no ${file}; beside where it should be: ${actual}. What a pod writes anywhere else goes down with it.`;
    return [{ object, path: file, expected: file, actual, message, next }];
  }
  if (told.error !== undefined) {
    const message = `The model ${file} cannot be loaded and asked: ${told.error}`;
    return [{ object, path: file, expected: "a model that predicts", actual: "an error", message, next }];
  }
  const stale = olderThanJob({ job, claim, file, modified: told.modified ?? 0, context });
  if (stale) return [stale];
  const right = samples.filter(({ kind }, index) => told.kinds?.[index] === kind).length;
  const share = right / samples.length;
  context.observed(`${percent(share)} of ${String(samples.length)} new samples told apart`);
  if (share >= atLeast) return [];
  const actual = `${percent(share)} of ${String(samples.length)}`;
  const message = `The model ${file} tells ${actual} new samples apart, and at least ${percent(atLeast)} are asked for.`;
  return [{ object, path: file, expected: `at least ${percent(atLeast)}`, actual, message, next }];
}

function percent(share: number): string {
  return `${String(Math.floor(share * 1000) / 10)} %`;
}
