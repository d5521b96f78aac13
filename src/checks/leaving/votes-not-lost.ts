import { z } from "zod";
import { defineCheck, type CheckContext } from "../check.ts";
import { castVotes } from "./cast-votes.ts";
import { settleVotes } from "./settle-votes.ts";
import { awaitGone, awaitSteadyPods } from "../../disturb/at-rest.ts";
import { requireSteadyPods } from "../resilience/steady.ts";
import { restingTally } from "./vote-pages.ts";
import { votingFields, type Voting } from "./voting.ts";

const spec = z.strictObject({
  kind: z.literal("votes-not-lost"),
  ...votingFields,
  votes: z.int().min(30).default(200).describe("By as many new voters."),
  perSecond: z.int().positive().default(40),
});

/** An experiment: the worker is deleted in the middle of its work, and the tally is exact nevertheless. */
export const votesNotLost = defineCheck({
  kind: "votes-not-lost",
  summary:
    "An experiment: the worker's pod is deleted while labctl casts votes as new voters; the tally ends at exactly as many more.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const { kube, namespace } = context;
    const before = await restingTally(context, wanted);
    if (!before.ok) return before.findings;
    const workers = await requireSteadyPods(context, wanted.worker);
    if (!workers.ok) return workers.findings;
    const { ready } = workers.pods;
    const names = ready.map(({ metadata }) => metadata.name);
    const work = async (): Promise<void> => {
      context.announce(`deleting ${names.join(", ")} while votes are cast`);
      await Promise.all(names.map((name) => kube.remove({ kind: "Pod", namespace, name })));
    };
    const { votes: count, perSecond } = wanted;
    context.announce(`casting ${String(count)} votes as new voters`);
    const meanwhile = { after: Math.floor(count / 3), work };
    const cast = await castVotes(context, { voting: wanted, count, perSecond, meanwhile });
    await awaitGone(context, ready);
    await awaitSteadyPods(context, wanted.worker);
    if (!cast.ok) return cast.findings;
    const findings = await settleVotes(context, {
      voting: wanted,
      before: before.tally,
      ballots: cast.ballots,
      during: "the worker's pod was deleted",
      why: () => Promise.resolve(lossCause(wanted, context)),
    });
    const exact = findings.length === 0 ? "; each of them counts once" : "";
    context.observed(
      `${String(cast.ballots.length)} votes cast while ${names.join(", ")} was deleted${exact}.`,
    );
    return findings;
  },
});

function lossCause({ worker }: Voting, { namespace }: CheckContext) {
  return {
    message: `What is taken off the queue before the database has it is lost with the pod that held it. When does ${worker} acknowledge a vote?`,
    next: `kubectl -n ${namespace} logs deployment/${worker}`,
  };
}
