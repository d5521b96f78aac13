import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { inputs, type Prediction, type Row } from "./predictions.ts";
import { lookIntoVolume, volumePath } from "./volume-pod.ts";

/** The fields of a check that compares with models on a volume. */
export const storedModelFields = {
  claim: z.string().min(1).describe("The PersistentVolumeClaim that the models are on."),
  file: z
    .string()
    .regex(/\{version\}/, "has {version} in it")
    .default("{version}/model.joblib")
    .describe("A model's path on the volume, as joblib wrote it."),
  image: z.string().min(1).describe("Has Python with what the models need."),
  inputs: inputs.describe("What the model is asked, by feature, drawn anew each time."),
};

/** A question to a server inside the cluster; a GET where it has no body. */
export interface Question {
  readonly url: string;
  readonly body?: object;
}

/** What came back: `status` is missing where nothing did, and `body` then says why. */
export interface Reply {
  readonly status?: number;
  readonly body: string;
}

interface ModelsLook {
  readonly claim: string;
  readonly file: string;
  readonly image: string;
  readonly versions: readonly string[];
  readonly rows: readonly Row[];
  /** Asked from the same pod, after the models. */
  readonly questions?: readonly Question[];
}

/** A version as it is on the volume: what it says of each row, or why it says nothing. */
export type StoredModel =
  | { readonly ok: true; readonly answers: readonly Prediction[] }
  | { readonly ok: false; readonly finding: CheckFinding };

interface Looked {
  readonly models: ReadonlyMap<string, StoredModel>;
  readonly replies: readonly Reply[];
}

/**
 * Loads models from a volume in a pod of labctl's own and asks them, past every server; the same pod asks servers.
 * @throws EnvironmentError when that pod does not tell.
 */
export async function askStoredModels(context: CheckContext, look: ModelsLook): Promise<Found<Looked>> {
  const { claim, image, versions, rows, questions = [] } = look;
  const mark = context.nonce();
  const files = versions.map((version) => fileOf(look, version));
  const wanted = JSON.stringify({ files, rows, questions });
  const command = ["python3", "-c", script, mark, volumePath, wanted];
  const answer = await lookIntoVolume(context, { claim, image, command });
  if (!answer.ok) return answer;
  const { models, replies } = parse(answer.output, mark);
  const read = versions.map((version, index): [string, StoredModel] => [
    version,
    judge(context, look, version, models[index] ?? {}),
  ]);
  return { ok: true, models: new Map(read), replies };
}

/** Tells, behind a mark, what each model says of the rows, and what servers reply. */
const script = `
import json, os, sys, urllib.error, urllib.request
mark, root, wanted = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
def model(file):
    path = os.path.join(root, file)
    if not os.path.isfile(path):
        folder = os.path.dirname(path)
        return {"there": sorted(os.listdir(folder)) if os.path.isdir(folder) else []}
    try:
        import joblib
        loaded = joblib.load(path)
        kinds = [str(kind) for kind in loaded.classes_]
        pairs = zip(loaded.predict(wanted["rows"]), loaded.predict_proba(wanted["rows"]))
        return {"answers": [{"prediction": str(kind), "probabilities": dict(zip(kinds, map(float, shares)))} for kind, shares in pairs]}
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)[:300]}
def reply(question):
    body = question.get("body")
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(question["url"], data, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return {"status": answer.status, "body": answer.read(4000).decode("utf-8", "replace")}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read(4000).decode("utf-8", "replace")}
    except Exception as error:
        return {"body": str(getattr(error, "reason", error))[:300]}
models = [model(file) for file in wanted["files"]]
print(mark + json.dumps({"models": models, "replies": [reply(question) for question in wanted["questions"]]}), flush=True)
`;

interface Told {
  readonly models: readonly ToldModel[];
  readonly replies: readonly Reply[];
}

interface ToldModel {
  readonly there?: readonly string[];
  readonly error?: string;
  readonly answers?: readonly Prediction[];
}

function parse(output: string, mark: string): Told {
  const line = output.split("\n").find((each) => each.startsWith(mark));
  if (line !== undefined) return JSON.parse(line.slice(mark.length)) as Told;
  throw new EnvironmentError({
    message: "labctl's own pod did not say what the stored models predict.",
    lastSeen: output.slice(-300),
    hint: "Check again.",
  });
}

function fileOf({ file }: Pick<ModelsLook, "file">, version: string): string {
  return file.replaceAll("{version}", version);
}

function judge(context: CheckContext, look: ModelsLook, version: string, told: ToldModel): StoredModel {
  if (told.answers) return { ok: true, answers: told.answers };
  const file = fileOf(look, version);
  const beside = (told.there ?? []).length === 0 ? "nothing" : (told.there ?? []).join(", ");
  const message =
    told.error === undefined
      ? `The volume ${look.claim} has no ${file}; beside where it should be: ${beside}.`
      : `The model ${file} on the volume ${look.claim} cannot be loaded and asked: ${told.error}`;
  const finding = {
    object: `PersistentVolumeClaim/${look.claim}`,
    path: file,
    expected: "a model that predicts",
    actual: told.error === undefined ? "not found" : "an error",
    message,
    next: `kubectl -n ${context.namespace} get jobs`,
  };
  return { ok: false, finding };
}
