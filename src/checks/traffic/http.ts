import type { Cause } from "../../diagnosis/cause.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { findEntryPoints, type EntryPoint, type EntryPoints } from "./entry-points.ts";
import { mismatch, type Mismatch } from "./expectation.ts";
import { unmet } from "./json-answer.ts";
import { observeReach } from "./reach.ts";
import type { Spec } from "./http-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await findEntryPoints(wanted.via, context);
  if (!found.ok) return found.findings;
  const entryPoints = sending(wanted, found);
  const findings = await settle(wanted, entryPoints, context);
  if (findings.length > 0 || wanted.not) return findings;
  return wanted.reaches ? observeReach(wanted.reaches, entryPoints, context) : [];
}

/** The entry points, each of which is asked in the way that the check says. */
function sending({ method, headers, body, json }: Spec, entryPoints: EntryPoints): EntryPoints {
  const sent = json === undefined ? body : JSON.stringify(json);
  const typed = json === undefined ? headers : { "content-type": "application/json", ...headers };
  const asked = { method, headers: typed, ...(sent === undefined ? {} : { body: sent }) };
  return {
    ...entryPoints,
    send: (requests) => entryPoints.send(requests.map((each) => ({ ...asked, ...each }))),
  };
}

/** Milliseconds that a change may take to reach the ingress controller and the nodes, when the objects look right. */
const settleMs = 5000;

async function settle(
  wanted: Spec,
  entryPoints: EntryPoints,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const waited = await context.wait({
    observe: () => look(wanted, entryPoints, context),
    withinMs: settleMs,
    signal: context.signal,
  });
  return waited.value;
}

interface Look {
  /** Whether looking again is of no use. */
  readonly done: boolean;
  readonly value: readonly CheckFinding[];
}

async function look(wanted: Spec, entryPoints: EntryPoints, context: LookContext): Promise<Look> {
  const answers = await entryPoints.send(entryPoints.entryPoints.map(({ url }) => ({ url })));
  const judged = entryPoints.entryPoints.map((entryPoint, index) => ({
    entryPoint,
    wrong: judge(wanted, answers[index]),
  }));
  if (wanted.not) {
    const value = judged
      .filter(({ wrong }) => !wrong)
      .map(({ entryPoint }) => uninvited(wanted, entryPoint, context));
    return { done: value.length === 0, value };
  }
  const failing = judged.find(({ wrong }) => wrong);
  if (!failing?.wrong) return { done: true, value: [] };
  const cause = await entryPoints.explain(wanted.reaches?.deployment);
  return { done: cause !== undefined, value: [silent({ ...failing, wrong: failing.wrong, cause, context })] };
}

function judge({ expect }: Spec, answer: HttpAnswer | undefined): Mismatch | undefined {
  const wrong = mismatch(expect, answer ?? { ok: false, reason: "other", message: "no answer" });
  return wrong ?? (answer?.ok && expect.json ? unmet(expect.json, answer.body) : undefined);
}

function uninvited({ expect }: Spec, { object, url }: EntryPoint, { namespace }: LookContext): CheckFinding {
  const what = expect.body ? `the page with ${expect.body.source}` : `status ${String(expect.status)}`;
  return {
    object,
    reason: "answers-strangers",
    expected: `${url} does not give ${what}`,
    actual: "it does",
    message: `${url} gives ${what}, too: the rule is meant for one host only.`,
    next: `kubectl -n ${namespace} get ingress -o yaml`,
  };
}

interface Silent {
  readonly entryPoint: EntryPoint;
  readonly wrong: Mismatch;
  /** Known where the objects on the way tell it. */
  readonly cause: Cause | undefined;
  readonly context: LookContext;
}

/** The cause rather than the symptom, where there is one; what the author says of an answer comes before both. */
function silent({ entryPoint, wrong, cause, context }: Silent): CheckFinding {
  return {
    object: entryPoint.object,
    reason: wrong.message === undefined ? (cause?.reason ?? wrong.reason) : wrong.reason,
    expected: `${entryPoint.url}: ${wrong.expected}`,
    actual: wrong.actual,
    message:
      wrong.message ?? cause?.message ?? `${entryPoint.url} does not answer as it should: ${wrong.actual}.`,
    next: cause?.next ?? `kubectl -n ${context.namespace} get services,endpointslices,ingress`,
  };
}
