import { lossCause } from "../../diagnosis/rollout-cause.ts";
import { EnvironmentError } from "../../errors.ts";
import type { Workload } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import type { Asked } from "./prediction-traffic.ts";
import { agree, parseServed, wordsOf, type Inputs, type Prediction, type Row } from "./predictions.ts";

interface Wanted {
  readonly deployment: string;
  readonly service: string;
  readonly env: string;
  readonly from: string;
  readonly to: string;
  readonly inputs: Inputs;
  readonly predictions: number;
}

export interface Updated {
  readonly wanted: Wanted;
  readonly context: CheckContext;
  /** As it was before. */
  readonly deployment: Workload;
  /** What was asked in turn, and what each version's own answer is. */
  readonly pairs: readonly { readonly row: Row; readonly from: Prediction; readonly to: Prediction }[];
  readonly asked: readonly Asked[];
  /** Milliseconds since the epoch: when the first rollout was asked for, and when the last was over. */
  readonly since: number;
  readonly until: number;
  /** Why a rollout did not come to its end. */
  readonly findings: readonly CheckFinding[];
}

/** Whose own answer it is; "neither" is an answer that is half of one version and half of another, or of none. */
type Whose = "from" | "to" | "neither" | "failed";

/**
 * What was lost and what was mixed while versions took turns.
 * @throws EnvironmentError when nothing was wrong, but too few were asked to prove anything.
 */
export function judgeUpdate(updated: Updated): readonly CheckFinding[] {
  const { wanted, context, asked, since, until, findings } = updated;
  const judged = asked.map((each) => ({ ...each, whose: whoseIs(updated, each) }));
  const during = judged.filter(({ at }) => at >= since && at <= until);
  const after = judged.filter(({ at, whose }) => at > until && whose === "from");
  const of = (whose: Whose): readonly Asked[] => judged.filter((each) => each.whose === whose);
  const count = (whose: Whose): string => String(of(whose).length);
  context.observed(
    `${count("failed")} of ${String(judged.length)} predictions failed while ${wanted.from} and ${wanted.to} took turns; ${count("from")} were ${wanted.from}'s own, ${count("to")} were ${wanted.to}'s own, ${count("neither")} were neither's.`,
  );
  const wrong = [
    ...findings,
    ...lost(updated, of("failed")),
    ...mixed(updated, of("neither")),
    ...(findings.length === 0 ? unturned(updated, { ...counts(during), after: after.length }) : []),
  ];
  if (wrong.length === 0 && during.length < wanted.predictions) throw tooFew(wanted, during.length);
  return wrong;
}

function counts(during: readonly { readonly whose: Whose }[]) {
  const has = (whose: Whose): boolean => during.some((each) => each.whose === whose);
  return { from: has("from"), to: has("to") };
}

function whoseIs({ pairs, wanted }: Updated, { status, body, text }: Asked): Whose {
  if (status === undefined || status < 200 || status > 299) return "failed";
  const served = parseServed(text);
  const pair = pairs[body];
  if (!served || !pair) return "neither";
  if (served.version === wanted.from && agree(served, pair.from)) return "from";
  return served.version === wanted.to && agree(served, pair.to) ? "to" : "neither";
}

function lost(
  { wanted, context, deployment, asked }: Updated,
  failed: readonly Asked[],
): readonly CheckFinding[] {
  if (failed.length === 0) return [];
  const kinds = new Map<string, number>();
  for (const { status, text } of failed) {
    const kind = status === undefined ? `no answer (${text})` : `status ${String(status)}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const which = [...kinds].map(([kind, count]) => `${String(count)} × ${kind}`).join(", ");
  const actual = `${String(failed.length)} of ${String(asked.length)} predictions failed (${which})`;
  return [
    {
      object: `Service/${wanted.service}`,
      expected: "no failed prediction",
      actual,
      message: `While ${wanted.from} and ${wanted.to} took turns, ${actual}. ${lossCause(deployment)}`,
      next: `kubectl -n ${context.namespace} get deployment ${wanted.deployment} -o yaml`,
    },
  ];
}

function mixed({ wanted, context, pairs }: Updated, foreign: readonly Asked[]): readonly CheckFinding[] {
  const [first] = foreign;
  const pair = first && pairs[first.body];
  if (!first || !pair) return [];
  const served = parseServed(first.text);
  const said = served
    ? `${served.prediction} by ${served.version}`
    : `no prediction but ${first.text.slice(0, 80).trim()}`;
  const actual = `${String(foreign.length)} answers that are neither's own`;
  return [
    {
      object: `Service/${wanted.service}`,
      path: "POST /predict",
      expected: `every answer is ${wanted.from}'s or ${wanted.to}'s own`,
      actual,
      message: `While ${wanted.from} and ${wanted.to} took turns, there were ${actual}: version and prediction do not belong together. For ${wordsOf(wanted.inputs, pair.row)} it was ${said}; the stored ${wanted.from} says ${sure(pair.from)}, ${wanted.to} says ${sure(pair.to)}.`,
      next: `kubectl -n ${context.namespace} logs deployment/${wanted.deployment} --tail 20`,
    },
  ];
}

function sure({ prediction, probabilities }: Prediction): string {
  return `${prediction} (${((probabilities[prediction] ?? 0) * 100).toFixed(1)} %)`;
}

/** A server that does not do what the Deployment says. */
function unturned(
  { wanted, context }: Updated,
  seen: { readonly from: boolean; readonly to: boolean; readonly after: number },
): readonly CheckFinding[] {
  const { from, to, env, deployment } = wanted;
  const object = `Deployment/${deployment}`;
  const next = `kubectl -n ${context.namespace} get pods`;
  if (seen.after > 0) {
    const actual = `${String(seen.after)} answers by ${from}`;
    const message = `After the last rollout was over, there were ${actual}: ${to} is not what is served.`;
    return [{ object, path: env, expected: `answers by ${to} alone`, actual, message, next }];
  }
  const absent = [from, to].filter((version) => !seen[version === from ? "from" : "to"]);
  if (absent.length === 0) return [];
  const which = absent.join(" nor ");
  const message = `labctl rolled Deployment ${deployment} to ${from} and to ${to} by its variable ${env}, and no answer was ${which}'s own: the server does not follow it.`;
  return [{ object, path: env, expected: `answers by ${which}`, actual: "none", message, next }];
}

function tooFew({ predictions }: Wanted, during: number): EnvironmentError {
  return new EnvironmentError({
    message: `Only ${String(during)} of ${String(predictions)} predictions could be asked for during the update, so nothing is proven.`,
    lastSeen: "this machine is too busy",
    hint: "Check again when less is running",
  });
}
