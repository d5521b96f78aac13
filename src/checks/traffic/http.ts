import { z } from "zod";
import type { Cause } from "../../diagnosis/cause.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { findDoors, via, type Door, type DoorSet } from "./doors.ts";
import { expectation, mismatch, type Mismatch } from "./expectation.ts";
import { jsonConditions, unmet } from "./json-answer.ts";
import { observeReach, reach } from "./reach.ts";

const spec = z
  .strictObject({
    kind: z.literal("http"),
    via: via.describe(
      "The way in: a Service's address, its port on every node, or the ingress controller by host.",
    ),
    method: z
      .enum(["GET", "POST", "PUT", "PATCH", "DELETE"])
      .default("GET")
      .describe("It may be asked more than once: what a request changes should be the same the second time."),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, "a header's name"), z.string()).default({}),
    body: z.string().optional().describe("Sent as it is; headers say what it is."),
    json: z.json().optional().describe("Sent as JSON, in place of a body."),
    expect: expectation
      .extend({ json: jsonConditions.optional().describe("What holds for the body, read as JSON.") })
      .describe("What answers; headers and body are regular expressions."),
    reaches: reach.optional().describe("Whose pods really answered."),
    not: z.boolean().default(false).describe("Turns it round: this way in must not give what is expected."),
  })
  .refine(({ body, json }) => body === undefined || json === undefined, "either a body or json")
  .refine(
    ({ method, body, json }) => method !== "GET" || (body === undefined && json === undefined),
    "what is sent needs a method: POST, PUT, PATCH or DELETE",
  );

type Spec = z.infer<typeof spec>;

/** A request on one of the ways into the cluster. */
export const http = defineCheck({
  kind: "http",
  summary:
    "A request through a Service, a node port or the ingress controller is answered, by the pods it should reach.",
  spec,
  async observe(wanted, context) {
    const found = await findDoors(wanted.via, context);
    if (!found.ok) return found.findings;
    const doors = sending(wanted, found);
    const findings = await settle(wanted, doors, context);
    if (findings.length > 0 || wanted.not) return findings;
    return wanted.reaches ? observeReach(wanted.reaches, doors, context) : [];
  },
});

/** The doors, each of which is asked in the way that the check says. */
function sending({ method, headers, body, json }: Spec, doors: DoorSet): DoorSet {
  const sent = json === undefined ? body : JSON.stringify(json);
  const typed = json === undefined ? headers : { "content-type": "application/json", ...headers };
  const asked = { method, headers: typed, ...(sent === undefined ? {} : { body: sent }) };
  return { ...doors, send: (requests) => doors.send(requests.map((each) => ({ ...asked, ...each }))) };
}

/** Milliseconds that a change may take to reach the ingress controller and the nodes, when the objects look right. */
const settleMs = 5000;

async function settle(wanted: Spec, doors: DoorSet, context: CheckContext): Promise<readonly CheckFinding[]> {
  const waited = await context.wait({
    observe: () => look(wanted, doors, context),
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

async function look(wanted: Spec, doors: DoorSet, context: CheckContext): Promise<Look> {
  const answers = await doors.send(doors.doors.map(({ url }) => ({ url })));
  const judged = doors.doors.map((door, index) => ({ door, wrong: judge(wanted, answers[index]) }));
  if (wanted.not) {
    const value = judged.filter(({ wrong }) => !wrong).map(({ door }) => uninvited(wanted, door, context));
    return { done: value.length === 0, value };
  }
  const failing = judged.find(({ wrong }) => wrong);
  if (!failing?.wrong) return { done: true, value: [] };
  const cause = await doors.explain(wanted.reaches?.deployment);
  return { done: cause !== undefined, value: [silent({ ...failing, wrong: failing.wrong, cause, context })] };
}

function judge({ expect }: Spec, answer: HttpAnswer | undefined): Mismatch | undefined {
  const wrong = mismatch(expect, answer ?? { ok: false, reason: "other", message: "no answer" });
  return wrong ?? (answer?.ok && expect.json ? unmet(expect.json, answer.body) : undefined);
}

function uninvited({ expect }: Spec, { object, url }: Door, { namespace }: CheckContext): CheckFinding {
  const what = expect.body ? `the page with ${expect.body.source}` : `status ${String(expect.status)}`;
  return {
    object,
    expected: `${url} does not give ${what}`,
    actual: "it does",
    message: `${url} gives ${what}, too: the rule is meant for one host only.`,
    next: `kubectl -n ${namespace} get ingress -o yaml`,
  };
}

interface Silent {
  readonly door: Door;
  readonly wrong: Mismatch;
  /** Known where the objects on the way tell it. */
  readonly cause: Cause | undefined;
  readonly context: CheckContext;
}

/** The cause rather than the symptom, where there is one; what the author says of an answer comes before both. */
function silent({ door, wrong, cause, context }: Silent): CheckFinding {
  return {
    object: door.object,
    expected: `${door.url}: ${wrong.expected}`,
    actual: wrong.actual,
    message: wrong.message ?? cause?.message ?? `${door.url} does not answer as it should: ${wrong.actual}.`,
    next: cause?.next ?? `kubectl -n ${context.namespace} get services,endpointslices,ingress`,
  };
}
