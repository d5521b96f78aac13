import { z } from "zod";
import { defineCheck } from "../check.ts";
import { castVotes, changeVotes } from "./cast-votes.ts";
import { settleVotes } from "./settle-votes.ts";
import { restingTally } from "./vote-pages.ts";
import { describeTally, plus, votingFields } from "./voting.ts";

const spec = z.strictObject({
  kind: z.literal("votes-counted"),
  ...votingFields,
  votes: z.int().min(10).default(30).describe("By as many new voters; some change their mind."),
  perSecond: z.int().positive().default(20),
});

/** Of so many voters one votes again, for something else. */
const oneIn = 5;

/** An experiment, since the votes stay: a random number for each choice, and the tally moves by exactly that. */
export const votesCounted = defineCheck({
  kind: "votes-counted",
  summary:
    "An experiment: labctl votes as new voters, at random; the tally of the result page and of the database moves by exactly that, one vote a voter.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const before = await restingTally(context, wanted);
    if (!before.ok) return before.findings;
    context.announce(`casting ${String(wanted.votes)} votes as new voters`);
    const first = await castVotes(context, {
      voting: wanted,
      count: wanted.votes,
      perSecond: wanted.perSecond,
    });
    if (!first.ok) return first.findings;
    const minded = first.ballots.filter((_, index) => index % oneIn === 0);
    const second = await changeVotes(context, wanted, minded);
    if (!second.ok) return second.findings;
    const changed = new Map(second.ballots.map((ballot) => [ballot.voter, ballot]));
    const ballots = first.ballots.map((ballot) => changed.get(ballot.voter) ?? ballot);
    context.observed(
      `${String(ballots.length)} voters, of whom ${String(minded.length)} changed their mind: ${describeTally(plus({}, ballots), wanted)}.`,
    );
    return settleVotes(context, { voting: wanted, before: before.tally, ballots });
  },
});
