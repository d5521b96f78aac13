import { z } from "zod";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { agree, bodyOf, drawRows, parseServed, wordsOf, type Row } from "./predictions.ts";
import { findSettledService } from "./settled-service.ts";
import { askStoredModels, storedModelFields, type Reply, type StoredModel } from "./stored-models.ts";
import { httpUrl } from "../traffic/url.ts";
import { versionOf } from "./served-version.ts";

const spec = z.strictObject({
  kind: z.literal("model-served"),
  service: z.string().min(1),
  port: z.int().min(1).max(65535).default(80).describe("Of the Service."),
  versions: z.array(z.string().min(1)).min(1).describe("One of these is served, as GET /model says."),
  ...storedModelFields,
  questions: z.int().positive().default(40).describe("So many predictions are compared."),
});

type Spec = z.infer<typeof spec>;

/** Paths that say how the server is, beside /model and /predict. */
const healthPaths = ["/healthz", "/ready"];

/** An experiment, since it brings a pod of its own: what is right is computed there, past the server. */
export const modelServed = defineCheck({
  kind: "model-served",
  summary:
    "An experiment: a pod of labctl's asks the model on the volume and the Service for the same new inputs; the answers are the same, and of the version that is named.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findSettledService(context, wanted);
    if (!found.ok) return found.findings;
    const rows = drawRows(wanted.inputs, wanted.questions, context.nonce());
    const at = (path: string): string => httpUrl({ host: found.clusterIP, port: wanted.port, path });
    const questions = [
      ...["/model", ...healthPaths].map((path) => ({ url: at(path) })),
      ...rows.map((row) => ({ url: at("/predict"), body: bodyOf(wanted.inputs, row) })),
    ];
    const told = await askStoredModels(context, { ...wanted, rows, questions });
    if (!told.ok) return told.findings;
    return judge({ wanted, context, rows, models: told.models, replies: told.replies });
  },
});

interface Judged {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly rows: readonly Row[];
  readonly models: ReadonlyMap<string, StoredModel>;
  readonly replies: readonly Reply[];
}

function judge(judged: Judged): readonly CheckFinding[] {
  const { wanted, context, models, replies } = judged;
  const [about, ...rest] = replies;
  const version = versionOf({ ...wanted, reply: about, namespace: context.namespace });
  if (!version.ok) return [version.finding];
  const unwell = healthPaths.flatMap((path, index) => unhealthy(judged, path, rest[index]));
  const stored = models.get(version.version);
  if (stored?.ok !== true) return [...unwell, ...(stored ? [stored.finding] : [])];
  return [...unwell, ...compare(judged, version.version, rest.slice(healthPaths.length), stored.answers)];
}

function compare(
  judged: Judged,
  version: string,
  replies: readonly Reply[],
  stored: Extract<StoredModel, { ok: true }>["answers"],
): readonly CheckFinding[] {
  const { wanted, context, rows } = judged;
  const said = replies.map(({ status, body }) => (status === 200 ? parseServed(body) : undefined));
  const wrong = rows.flatMap((row, index) => {
    const [served, right] = [said[index], stored[index]];
    if (served && right && served.version === version && agree(served, right)) return [];
    return [{ row, reply: replies[index], served, right }];
  });
  const total = String(rows.length);
  context.observed(
    `${String(rows.length - wrong.length)} of ${total} predictions are those of the stored ${version}.`,
  );
  // Another kind says more than another share.
  const first = wrong.find(({ served, right }) => served?.prediction !== right?.prediction) ?? wrong[0];
  if (!first) return [];
  const words = wordsOf(wanted.inputs, first.row);
  const actual = first.served
    ? `${first.served.prediction} by ${first.served.version}`
    : wordsOfReply(first.reply);
  const isConstant = rows.length > 1 && new Set(replies.map(({ body }) => body)).size === 1;
  const why = isConstant
    ? "All answers are one and the same: nothing is predicted."
    : `Does the server load ${wanted.file.replaceAll("{version}", version)} from the volume ${wanted.claim}?`;
  const expected = first.right?.prediction ?? "an answer";
  const share = sureOf(first.served?.probabilities[expected], first.right?.probabilities[expected]);
  return [
    {
      object: `Service/${wanted.service}`,
      path: "POST /predict",
      expected: `${expected} by ${version}`,
      actual,
      message: `${String(wrong.length)} of ${total} predictions are not those of the model ${version} on the volume ${wanted.claim}. For ${words} the server says ${actual}, the stored model ${expected}${share}. ${why}`,
      next: `kubectl -n ${context.namespace} get endpointslices -l kubernetes.io/service-name=${wanted.service}`,
    },
  ];
}

/** Where both say the same kind, only how sure they are tells the models apart. */
function sureOf(served: number | undefined, stored: number | undefined): string {
  if (served === undefined || stored === undefined) return "";
  return ` (${(stored * 100).toFixed(1)} % sure; the server ${(served * 100).toFixed(1)} %)`;
}

function wordsOfReply(reply: Reply | undefined): string {
  if (reply?.status === undefined) return `nothing (${reply?.body ?? "no answer"})`;
  return `status ${String(reply.status)} with ${reply.body.slice(0, 120).trim()}`;
}

function unhealthy(
  { wanted, context }: Judged,
  path: string,
  reply: Reply | undefined,
): readonly CheckFinding[] {
  if (reply?.status === 200) return [];
  const actual = wordsOfReply(reply);
  return [
    {
      object: `Service/${wanted.service}`,
      path: `GET ${path}`,
      expected: "status 200",
      actual,
      message: `GET ${path} of Service ${wanted.service} answers ${actual}: Kubernetes cannot ask the server how it is.`,
      next: `kubectl -n ${context.namespace} get pods`,
    },
  ];
}
