import { z } from "zod";
import type { BrowserWindow } from "../../browser/browser.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { bodyOf, drawRows, wordsOf, type Prediction, type Row } from "./predictions.ts";
import { versionOf } from "./served-version.ts";
import { findSettledService } from "./settled-service.ts";
import { askStoredModels, storedModelFields } from "./stored-models.ts";
import { httpUrl } from "../traffic/url.ts";

const spec = z.strictObject({
  kind: z.literal("prediction-page"),
  url: z.url({ protocol: /^https?$/ }).describe("The page, as a browser names it; ports are added."),
  field: z
    .string()
    .regex(/\{input\}/, "has {input} in it")
    .describe("The CSS selector of the field for an input."),
  submit: z.string().min(1).describe("The CSS selector of what is clicked to ask."),
  result: z.string().min(1).describe("The CSS selector of what then shows the kind."),
  trouble: z.string().min(1).default("[role=alert]").describe("Where the page tells of trouble; told on."),
  service: z.string().min(1).describe("The model's, whose GET /model names the version that is served."),
  port: z.int().min(1).max(65535).default(80).describe("Of that Service."),
  versions: z.array(z.string().min(1)).min(1).describe("One of these is served."),
  ...storedModelFields,
});

type Spec = z.infer<typeof spec>;

/** So many inputs are drawn, of which the page is tried with those that are hardest to tell. */
const drawn = 300;
const visitsOfEachKind = 2;

/** An experiment, since it brings a pod of its own: what is right is computed there, past page and server. */
export const predictionPage = defineCheck({
  kind: "prediction-page",
  summary:
    "An experiment: in a real browser new inputs are entered on a page; it shows what the model on the volume predicts.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findSettledService(context, wanted);
    if (!found.ok) return found.findings;
    const rows = drawRows(wanted.inputs, drawn, context.nonce());
    const questions = [{ url: httpUrl({ host: found.clusterIP, port: wanted.port, path: "/model" }) }];
    const told = await askStoredModels(context, { ...wanted, rows, questions });
    if (!told.ok) return told.findings;
    const served = versionOf({ ...wanted, reply: told.replies[0], namespace: context.namespace });
    if (!served.ok) return [served.finding];
    const stored = told.models.get(served.version);
    if (stored?.ok !== true) return stored ? [stored.finding] : [];
    const visits = hardest(rows, stored.answers);
    context.announce(`entering ${String(visits.length)} flowers on ${wanted.url} in a browser`);
    return visitPage({ wanted, context, version: served.version, kinds: kindsOf(stored.answers) }, visits);
  },
});

interface Visit {
  readonly row: Row;
  readonly kind: string;
}

/** Of each kind the inputs that the model is least sure of: what a rule of thumb gets wrong. */
function hardest(rows: readonly Row[], answers: readonly Prediction[]): readonly Visit[] {
  const all = answers.map(({ prediction, probabilities }, index) => ({
    row: rows[index] ?? [],
    kind: prediction,
    sure: probabilities[prediction] ?? 0,
  }));
  return [...new Set(all.map(({ kind }) => kind))].flatMap((kind) =>
    all
      .filter((each) => each.kind === kind)
      .sort((a, b) => a.sure - b.sure)
      .slice(0, visitsOfEachKind),
  );
}

function kindsOf(answers: readonly Prediction[]): readonly string[] {
  return Object.keys(answers[0]?.probabilities ?? {});
}

interface Tried {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly version: string;
  /** All that the model knows. */
  readonly kinds: readonly string[];
}

/** Each flower on a page of its own, so that nothing is left from the one before; stops at the first that is wrong. */
async function visitPage(tried: Tried, visits: readonly Visit[]): Promise<readonly CheckFinding[]> {
  const { wanted, context, version } = tried;
  await using window = await context.browser.open();
  for (const [index, visit] of visits.entries()) {
    context.signal.throwIfAborted();
    const wrong = await tryPage(tried, visit, window);
    if (!wrong) continue;
    context.observed(`${String(index)} flowers were shown right on ${wanted.url}, then one was not.`);
    return [wrong];
  }
  context.observed(
    `${String(visits.length)} flowers on ${wanted.url} were shown as the stored ${version} has them.`,
  );
  return [];
}

async function tryPage(
  tried: Tried,
  { row, kind }: Visit,
  window: BrowserWindow,
): Promise<CheckFinding | undefined> {
  const { wanted, version, kinds } = tried;
  const { url, submit, result, inputs } = wanted;
  const visit = await window.goto(url);
  const came = visit.ok ? `status ${String(visit.status)}` : visit.message;
  if (came !== "status 200") {
    const message = `The page ${url} does not come in a browser: ${came}.`;
    return no(tried, { path: url, expected: "status 200", actual: came, message });
  }
  for (const [input, value] of Object.entries(bodyOf(inputs, row))) {
    const selector = wanted.field.replaceAll("{input}", input);
    if (await window.fill(selector, String(value))) continue;
    const message = `The page ${url} has no field ${selector} to write ${input} into.`;
    return no(tried, { path: selector, expected: "a field", actual: "not found", message });
  }
  if (!(await window.click(submit))) {
    const message = `The page ${url} has nothing to click at ${submit}.`;
    return no(tried, { path: submit, expected: "a button", actual: "not found", message });
  }
  const shown = await window.text(result, { matching: anyOf(kinds) });
  if (shown === undefined) return silent(tried, window);
  const said = kinds.filter((each) => anyOf([each]).test(shown));
  if (said.length === 1 && said[0] === kind) return undefined;
  const actual = said.join(" and ");
  const message = `For ${wordsOf(inputs, row)} the page ${url} shows ${actual}; the model ${version} on the volume ${wanted.claim} says ${kind}. Does the page ask the model?`;
  return no(tried, { path: result, expected: kind, actual, message });
}

/** It was asked and shows no kind; what it says instead, if anything, is the best hint. */
async function silent(tried: Tried, window: BrowserWindow): Promise<CheckFinding> {
  const { wanted, kinds } = tried;
  const trouble = await window.text(wanted.trouble, { withinMs: 500 });
  const instead = trouble === undefined ? "" : ` It says: ${trouble.trim().slice(0, 200)}`;
  const message = `The page ${wanted.url} was asked and shows no kind in ${wanted.result}.${instead}`;
  return no(tried, {
    path: wanted.result,
    expected: kinds.join(", "),
    actual: trouble === undefined ? "nothing" : "trouble",
    message,
  });
}

function anyOf(words: readonly string[]): RegExp {
  const escaped = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`\\b(${escaped.join("|")})\\b`, "iu");
}

function no(
  { wanted, context }: Tried,
  words: Pick<CheckFinding, "path" | "expected" | "actual" | "message">,
): CheckFinding {
  const next = `kubectl -n ${context.namespace} get ingress,services,pods`;
  return { object: `Page/${new URL(wanted.url).hostname}`, ...words, next };
}
