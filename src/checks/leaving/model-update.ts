import { z } from "zod";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { judgeUpdate } from "./judge-update.ts";
import { withPredictions } from "./prediction-traffic.ts";
import { bodyOf, distance, drawRows, tolerance, type Prediction, type Row } from "./predictions.ts";
import { rollBackAndForth, valueIn } from "../../disturb/roll.ts";
import { versionOf } from "./served-version.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import { requireSteadyPods } from "../resilience/steady.ts";
import { findSettledService } from "./settled-service.ts";
import { askStoredModels, storedModelFields } from "./stored-models.ts";
import { httpUrl } from "../traffic/url.ts";

const spec = z.strictObject({
  kind: z.literal("model-update"),
  deployment: z.string().min(1),
  env: z.string().min(1).describe("The variable of its template that says which version is served."),
  from: z.string().min(1).describe("The version that it is set back to for a while."),
  to: z.string().min(1).describe("The version that it serves, and serves again at the end."),
  service: z.string().min(1).describe("What is asked."),
  port: z.int().min(1).max(65535).default(80).describe("Of the Service."),
  ...storedModelFields,
  perSecond: z
    .int()
    .min(1)
    .max(200)
    .default(60)
    .describe("Predictions a second, each on its own connection."),
  predictions: z.int().positive().default(1000).describe("At least so many while versions take turns."),
});

type Spec = z.infer<typeof spec>;

/** Predictions go on for this long before anything is touched, and after all is well again. */
const marginMs = 2000;
/** More time than they take at their rate, on a machine that is busy. */
const slack = 1.25;
const drawn = 200;
/** Inputs that are asked for again and again: those that the versions differ most in. */
const chosen = 20;

/** An experiment: versions take turns, and nobody who asks for a prediction notices. */
export const modelUpdate = defineCheck({
  kind: "model-update",
  summary:
    "An experiment: a Deployment is rolled back to a model's earlier version and out to the new one again under constant predictions; none fails, each is one of the two stored models' own, and at the end the new one answers.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findSettledService(context, wanted);
    if (!found.ok) return found.findings;
    const before = await requireSteadyPods(context, wanted.deployment);
    if (!before.ok) return before.findings;
    const isAsTold = valueIn(before.pods.deployment, wanted.env);
    if (isAsTold !== wanted.to) return [notSaid(wanted, context, isAsTold)];
    const at = { host: found.clusterIP, port: wanted.port };
    const rows = drawRows(wanted.inputs, drawn, context.nonce());
    const both = await ownAnswers(wanted, context, { rows, at });
    if (!both.ok) return both.findings;
    const pairs = mostDifferent(rows, both);
    if (pairs.length === 0) return [sameModel(wanted, context)];
    const bodies = pairs.map(({ row }) => bodyOf(wanted.inputs, row));
    const tried = await withPredictions(context, { ...wanted, ...at, path: "/predict", bodies }, async () => {
      await context.clock.sleep(marginMs, context.signal);
      const since = context.clock.now();
      const leastMs = (wanted.predictions / wanted.perSecond) * 1000 * slack;
      const version = { env: { name: wanted.env, from: wanted.from, to: wanted.to } };
      const { findings } = await rollBackAndForth(context, { before: before.pods, version, leastMs });
      const until = context.clock.now();
      await context.clock.sleep(marginMs, context.signal);
      return { since, until, findings };
    });
    await awaitSteadyPods(context, wanted.deployment);
    return judgeUpdate({
      wanted,
      context,
      deployment: before.pods.deployment,
      pairs,
      ...tried.value,
      ...tried,
    });
  },
});

interface Drawn {
  readonly rows: readonly Row[];
  readonly at: { readonly host: string; readonly port: number };
}

/** What each of the two versions says itself; that the new one is served is looked at on the way. */
async function ownAnswers(wanted: Spec, context: CheckContext, { rows, at }: Drawn) {
  const versions = [wanted.from, wanted.to];
  const questions = [{ url: httpUrl({ ...at, path: "/model" }) }];
  const told = await askStoredModels(context, { ...wanted, versions, rows, questions });
  if (!told.ok) return told;
  const served = versionOf({
    ...wanted,
    versions: [wanted.to],
    reply: told.replies[0],
    namespace: context.namespace,
  });
  const [from, to] = versions.map((version) => told.models.get(version));
  if (from?.ok && to?.ok && served.ok) return { ok: true, from: from.answers, to: to.answers } as const;
  const findings = [from, to].flatMap((model) => (model?.ok === false ? [model.finding] : []));
  return { ok: false, findings: served.ok ? findings : [...findings, served.finding] } as const;
}

/** An input with what the two versions say of it. */
export interface Pair {
  readonly row: Row;
  readonly from: Prediction;
  readonly to: Prediction;
}

/** Those where no answer can be both versions' own; another kind counts more than another share. */
function mostDifferent(
  rows: readonly Row[],
  { from, to }: { readonly from: readonly Prediction[]; readonly to: readonly Prediction[] },
): readonly Pair[] {
  const all = rows.flatMap((row, index) => {
    const [one, other] = [from[index], to[index]];
    if (!one || !other) return [];
    const apart = distance(one, other) + (one.prediction === other.prediction ? 0 : 1);
    return apart > 10 * tolerance ? [{ row, from: one, to: other, apart }] : [];
  });
  return all.sort((a, b) => b.apart - a.apart).slice(0, chosen);
}

function notSaid(wanted: Spec, context: CheckContext, said: string | undefined): CheckFinding {
  const { deployment, env, to } = wanted;
  const actual = said ?? "no such variable";
  const message =
    said === undefined
      ? `No container of Deployment ${deployment} has the variable ${env} with a value of its own, so nobody can tell from the Deployment which version it serves.`
      : `${env} of Deployment ${deployment} is ${said}; the new version is ${to}.`;
  const next = `kubectl -n ${context.namespace} set env deployment/${deployment} ${env}=${to}`;
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template",
    expected: `${env}=${to}`,
    actual,
    message,
    next,
  };
}

function sameModel({ claim, from, to, file }: Spec, context: CheckContext): CheckFinding {
  const path = file.replaceAll("{version}", to);
  return {
    object: `PersistentVolumeClaim/${claim}`,
    path,
    expected: `another model than ${from}`,
    actual: `the same answers as ${from}`,
    message: `The model ${path} on the volume ${claim} answers ${String(drawn)} inputs exactly as ${from} does: it is the same model.`,
    next: `kubectl -n ${context.namespace} get jobs`,
  };
}
