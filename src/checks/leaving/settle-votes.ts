import type { Cause } from "../../diagnosis/cause.ts";
import { workerCause } from "../../diagnosis/worker-cause.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { findDatabase, readStored, type Stored } from "./vote-database.ts";
import { readTally } from "./vote-pages.ts";
import { describeTally, isSame, plus, totalOf, type Ballot, type Tally, type Voting } from "./voting.ts";

interface Settling {
  readonly voting: Voting;
  /** At rest, before the ballots were cast. */
  readonly before: Tally;
  /** Of new voters. */
  readonly ballots: readonly Ballot[];
  /** What labctl did meanwhile: "the worker's pod was deleted". */
  readonly during?: string;
  /** Why votes may be lost by that; the worker is asked where it is left out. */
  readonly why?: () => Promise<Pick<Cause, "message" | "next">>;
}

const settlesWithinMs = 60_000;
/** A tally that has not moved for so long does not move any more. */
const quietMs = 15_000;
/** Longer than a vote waits for the worker: what is counted twice is counted by then. */
const holdMs = 2000;

/**
 * Waits until the tally has risen by exactly these ballots and stays there, on the page and in the database; where it
 * does not, what is there instead.
 */
export async function settleVotes(
  context: CheckContext,
  settling: Settling,
): Promise<readonly CheckFinding[]> {
  const { voting, before, ballots } = settling;
  const expected = plus(before, ballots);
  if (await awaitTally(context, voting, expected)) await context.clock.sleep(holdMs, context.signal);
  const database = await findDatabase(context, voting);
  if (!database.ok) return database.findings;
  const voters = ballots.map(({ voter }) => voter);
  const page = await readTally(context, voting);
  const stored = await readStored(context, database, voters);
  const seen = { settling, expected, page, stored };
  if (!page || !isSame(page, stored.tally)) return [otherNumbers(context, seen)];
  const wrong = ballots.filter(({ voter, choice }) => stored.ballots[voter] !== choice);
  if (wrong.length === 0 && isSame(stored.tally, expected)) return [];
  return [await otherVotes(context, seen, wrong)];
}

/** Whether it came to that; given up when nothing moves any more. */
async function awaitTally(context: CheckContext, voting: Voting, expected: Tally): Promise<boolean> {
  let last: Tally | undefined;
  let since = context.clock.now();
  const waited = await context.wait({
    observe: async () => {
      const tally = await readTally(context, voting);
      if (tally && isSame(tally, expected)) return { done: true, value: true };
      if (!tally || !last || !isSame(tally, last)) [last, since] = [tally, context.clock.now()];
      return { done: context.clock.now() - since >= quietMs, value: false };
    },
    withinMs: settlesWithinMs,
    everyMs: 500,
    signal: context.signal,
  });
  return waited.value;
}

interface Seen {
  readonly settling: Settling;
  readonly expected: Tally;
  readonly page: Tally | undefined;
  readonly stored: Stored;
}

function otherNumbers({ namespace }: CheckContext, { settling, page, stored }: Seen): CheckFinding {
  const { voting } = settling;
  const held = describeTally(stored.tally, voting);
  const actual = page ? describeTally(page, voting) : "no tally";
  return {
    object: `Host/${voting.result}`,
    expected: `the numbers of the database: ${held}`,
    actual,
    message: page
      ? `${voting.result} shows ${actual}, but the database holds ${held}: the page does not show what is stored there.`
      : `${voting.result} gives no tally any more, while the database holds ${held}.`,
    next: `kubectl -n ${namespace} logs deployment/result`,
  };
}

async function otherVotes(
  context: CheckContext,
  { settling, expected, stored }: Seen,
  wrong: readonly Ballot[],
): Promise<CheckFinding> {
  const { voting, ballots, during, why } = settling;
  const held = totalOf(stored.tally) - totalOf(expected);
  const cause = await (why?.() ?? askWorker(context, voting));
  const meanwhile = during === undefined ? "" : `While ${during}: `;
  const text =
    wrong.length > 0
      ? `${String(wrong.length)} of ${String(ballots.length)} votes that ${voting.vote} has taken are not in the database as they were cast. ${cause.message}`
      : held < 0
        ? `${String(-held)} votes that the database held before are gone. ${cause.message}`
        : `the database holds ${String(held)} votes more than were cast: somebody was counted twice, or has voted beside labctl.`;
  return {
    object: `Service/${voting.database.service}`,
    expected: describeTally(expected, voting),
    actual: describeTally(stored.tally, voting),
    message: capital(`${meanwhile}${text}`),
    next: cause.next,
  };
}

function askWorker(context: CheckContext, { worker, database }: Voting): Promise<Cause> {
  return workerCause(context, { namespace: context.namespace, worker, service: database.service });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
