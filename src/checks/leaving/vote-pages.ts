import { ingressCause } from "../../diagnosis/ingress-cause.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { isSame, type Tally, type Voting } from "./voting.ts";

export type FoundTally = Found<{ readonly tally: Tally }>;

/** What was just made may not answer yet, and a database takes a moment to start. */
const answersWithinMs = 15_000;
/** A vote waits for a second before the worker writes it; this is longer. */
const restMs = 2500;
const restsWithinMs = 20_000;

/** The tally that the result page gives now; undefined when it gives none. */
export async function readTally(
  { frontDoor }: CheckContext,
  { result, choices }: Voting,
): Promise<Tally | undefined> {
  return tallyOf(await frontDoor.request({ url: `http://${result}/api/tally` }), choices);
}

/**
 * The tally once both pages answer and no vote is on its way any more; what does not answer is the finding.
 * A page whose numbers never rest is one that counts something else.
 */
export async function restingTally(context: CheckContext, voting: Voting): Promise<FoundTally> {
  const silent = await unlessAnswered(context, voting);
  if (silent) return { ok: false, findings: [silent] };
  let last: Tally | undefined;
  let since = context.clock.now();
  const waited = await context.wait({
    observe: async () => {
      const tally = await readTally(context, voting);
      const isNews = tally === undefined || last === undefined || !isSame(tally, last);
      if (isNews) [last, since] = [tally, context.clock.now()];
      return { done: last !== undefined && context.clock.now() - since >= restMs, value: last };
    },
    withinMs: restsWithinMs,
    everyMs: 500,
    signal: context.signal,
  });
  if (waited.done && waited.value) return { ok: true, tally: waited.value };
  return { ok: false, findings: [restless(context, voting)] };
}

async function unlessAnswered(context: CheckContext, voting: Voting): Promise<CheckFinding | undefined> {
  const { frontDoor } = context;
  const waited = await context.wait<CheckFinding | undefined>({
    observe: async () => {
      const page = await frontDoor.request({ url: `http://${voting.vote}/` });
      if (!page.ok || page.status !== 200)
        return silent(context, { host: voting.vote, path: "/", answer: page });
      const answer = await frontDoor.request({ url: `http://${voting.result}/api/tally` });
      if (tallyOf(answer, voting.choices)) return { done: true, value: undefined };
      return silent(context, { host: voting.result, path: "/api/tally", answer });
    },
    watch: ["Pod", "Service", "Ingress"],
    namespace: context.namespace,
    withinMs: answersWithinMs,
    signal: context.signal,
  });
  return waited.value;
}

interface Silence {
  readonly host: string;
  readonly path: string;
  readonly answer: HttpAnswer;
}

/** Looking again is of no use where an Ingress is missing. */
async function silent({ kube, namespace }: CheckContext, { host, path, answer }: Silence) {
  const cause = await ingressCause(kube, { namespace, host, path });
  const actual = answer.ok
    ? `status ${String(answer.status)}: ${answer.body.slice(0, 80).trim()}`
    : answer.message;
  const value: CheckFinding = {
    object: `Host/${host}`,
    expected: path === "/" ? `the page at http://${host}/` : `the tally at http://${host}${path}`,
    actual,
    message: cause?.message ?? `http://${host}${path} does not answer as it should: ${actual}.`,
    next: cause?.next ?? `kubectl -n ${namespace} get pods,services,endpointslices,ingress`,
  };
  return { done: cause !== undefined, value };
}

function restless({ namespace }: CheckContext, { result }: Voting): CheckFinding {
  const within = `${String(restsWithinMs / 1000)} s`;
  return {
    object: `Host/${result}`,
    expected: "a tally that changes when somebody votes",
    actual: `it keeps changing, or goes away, for ${within}`,
    message: `The tally of ${result} does not come to rest within ${within}, though labctl has not voted. Does somebody else vote, or is it no tally of votes?`,
    next: `kubectl -n ${namespace} logs deployment/result`,
  };
}

function tallyOf(answer: HttpAnswer, choices: readonly string[]): Tally | undefined {
  if (!answer.ok || answer.status !== 200) return undefined;
  try {
    const counts = JSON.parse(answer.body) as Readonly<Record<string, unknown>> | null;
    const pairs = choices.map((choice) => [choice, counts?.[choice]] as const);
    return pairs.every(([, count]) => Number.isInteger(count))
      ? (Object.fromEntries(pairs) as Tally)
      : undefined;
  } catch {
    return undefined;
  }
}
