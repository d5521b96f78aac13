import { z } from "zod";
import type { Job } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { requireCompleteJob } from "../jobs/complete-job.ts";
import { olderThanJob } from "./older-than-job.ts";
import { lookIntoVolume, volumePath } from "./volume-pod.ts";

const spec = z.strictObject({
  kind: z.literal("indexed-results"),
  job: z.string().min(1),
  completions: z.int().positive(),
  claim: z.string().min(1).describe("The PersistentVolumeClaim that the results are on."),
  file: z
    .string()
    .regex(/\{index\}/, "has {index} in it")
    .describe("A JSON file on the volume for each index."),
  differIn: z.string().min(1).describe("The field of it that is another one for each index."),
  image: z.string().min(1).describe("Has a shell to read the files with."),
});

type Spec = z.infer<typeof spec>;

/** An experiment, since it brings a pod of its own to read the volume with. */
export const indexedResults = defineCheck({
  kind: "indexed-results",
  summary:
    "An experiment: a pod of labctl's reads the volume, where each index of a Job left a result of its own.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await requireCompleteJob(context, wanted.job);
    if (!found.ok) return found.findings;
    const files = Array.from({ length: wanted.completions }, (_, index) => fileOf(wanted, index));
    const mark = context.nonce();
    const command = ["sh", "-c", readFiles, "sh", mark, volumePath, ...files];
    const answer = await lookIntoVolume(context, { ...wanted, command });
    if (!answer.ok) return answer.findings;
    return judge(wanted, { results: parse(answer.output, mark), job: found.job, context });
  },
});

function fileOf({ file }: Spec, index: number): string {
  return file.replaceAll("{index}", String(index));
}

/** A line for each file that is there: the mark, the file, when it was written, what it holds. */
const readFiles = `
mark=$1; cd "$2"; shift 2
for file; do
  [ ! -f "$file" ] || echo "$mark $file $(stat -c %Y "$file") $(head -c 4000 "$file" | base64 -w0)"
done`;

interface Result {
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly text: string;
}

function parse(output: string, mark: string): ReadonlyMap<string, Result> {
  const lines = output.split("\n").filter((line) => line.startsWith(`${mark} `));
  return new Map(
    lines.map((line) => {
      const [, file = "", modified = "", text = ""] = line.split(" ");
      return [file, { modified: Number(modified), text: Buffer.from(text, "base64").toString("utf8") }];
    }),
  );
}

interface Read {
  readonly results: ReadonlyMap<string, Result>;
  readonly job: Job;
  readonly context: CheckContext;
}

function judge(wanted: Spec, { results, job, context }: Read): readonly CheckFinding[] {
  const { claim, completions, differIn } = wanted;
  const values = new Map<string, string>();
  const object = `PersistentVolumeClaim/${claim}`;
  const next = `kubectl -n ${context.namespace} logs -l job-name=${wanted.job} --prefix`;
  for (let index = 0; index < completions; index++) {
    const file = fileOf(wanted, index);
    const result = results.get(file);
    if (!result) {
      const message = `The volume ${claim} has no ${file}: index ${String(index)} of Job ${wanted.job} left no result.`;
      return [{ object, path: file, expected: file, actual: "not found", message, next }];
    }
    const stale = olderThanJob({ job, claim, file, modified: result.modified, context });
    if (stale) return [stale];
    const value = fieldOf(result.text, differIn);
    const twin = value === undefined ? undefined : values.get(value);
    if (value === undefined || twin !== undefined) {
      const why =
        value === undefined
          ? `has no field ${differIn}`
          : `has the same ${differIn} (${value}) as ${twin ?? ""}`;
      const message = `${file} on the volume ${claim} ${why}: each index has to do its own part.`;
      return [{ object, path: file, expected: `a ${differIn} of its own`, actual: why, message, next }];
    }
    values.set(value, file);
  }
  return [];
}

function fieldOf(text: string, field: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Readonly<Record<string, unknown>> | null)?.[field];
    return value === undefined ? undefined : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
