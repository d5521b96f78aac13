import type { BrowserWindow } from "../../browser/browser.ts";
import { ingressCause } from "../../diagnosis/ingress-cause.ts";
import type { ActContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import type { Values } from "../../programs/answers.ts";
import { runProgram } from "../../programs/run-program.ts";
import { fillIn, listAt } from "./fill-in.ts";
import type { Spec } from "./page-spec.ts";
import { takeStep } from "./take-step.ts";

export async function observe(wanted: Spec, context: ActContext): Promise<readonly CheckFinding[]> {
  const { given, each } = wanted;
  const ran = given && (await runProgram(given, context, context.told));
  if (ran && ran.findings.length > 0) return ran.findings;
  const values = { ...context.told, ...ran?.values };
  const rounds =
    each === undefined ? [values] : listAt(each, values).map((entry) => ({ ...values, each: entry }));
  const announced = each === undefined ? "" : ` for each of ${String(rounds.length)} ${each}`;
  context.announce(`using ${wanted.url} in a browser${announced}`);
  return usePage(wanted, context, rounds);
}

/** Each round on a page of its own, so that nothing is left from the one before; stops at the first that is wrong. */
async function usePage(
  wanted: Spec,
  context: ActContext,
  rounds: readonly Values[],
): Promise<readonly CheckFinding[]> {
  const { each = "", url } = wanted;
  await using window = await context.browser.open();
  for (const [index, values] of rounds.entries()) {
    const finding = await round({ wanted, context, window, values });
    if (!finding) continue;
    if (index > 0)
      context.observed(
        `${url} was right for ${String(index)} of ${String(rounds.length)} ${each}, then it was not.`,
      );
    return [finding];
  }
  const what = each === "" ? "what it should" : `what it should for each of ${String(rounds.length)} ${each}`;
  context.observed(`In a browser, ${url} shows ${what}.`);
  return [];
}

interface Round {
  readonly wanted: Spec;
  readonly context: ActContext;
  readonly window: BrowserWindow;
  readonly values: Values;
}

async function round({ wanted, context, window, values }: Round): Promise<CheckFinding | undefined> {
  const { namespace, signal } = context;
  const url = fillIn(wanted.url, values, encodeURIComponent);
  const absent = await arrive(url, window, context);
  if (absent) return absent;
  for (const step of wanted.steps) {
    signal.throwIfAborted();
    const wrong = await takeStep(step, { url, values, window, trouble: wanted.trouble });
    if (wrong)
      return { object: objectOf(url), ...wrong, next: `kubectl -n ${namespace} get ingress,services,pods` };
  }
  return undefined;
}

/** Why the page does not come; undefined when it does. */
async function arrive(
  url: string,
  window: BrowserWindow,
  { kube, namespace }: ActContext,
): Promise<CheckFinding | undefined> {
  const visit = await window.goto(url);
  if (visit.ok && visit.status >= 200 && visit.status <= 299) return undefined;
  const { hostname, pathname } = new URL(url);
  const cause = await ingressCause(kube, { namespace, host: hostname, path: pathname });
  const came = visit.ok ? `status ${String(visit.status)}` : visit.message;
  return {
    object: objectOf(url),
    path: url,
    reason: cause?.reason ?? (visit.ok ? "another-status" : "no-answer"),
    expected: "a page",
    actual: came,
    message: `The page ${url} does not come in a browser: ${came}.${cause ? ` ${cause.message}` : ""}`,
    next: cause?.next ?? `kubectl -n ${namespace} get ingress,services,pods`,
  };
}

function objectOf(url: string): string {
  return `Page/${new URL(url).hostname}`;
}
