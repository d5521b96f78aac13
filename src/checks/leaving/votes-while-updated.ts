import { z } from "zod";
import { lossCause } from "../../diagnosis/rollout-cause.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Workload } from "../../kube/objects.ts";
import type { TrafficReport } from "../../probe/traffic.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { castVotes, type Cast } from "./cast-votes.ts";
import { runsOtherImages } from "../workloads/other-images.ts";
import type { RolledOut } from "../../disturb/await-rollout.ts";
import { rollBackAndForth } from "../../disturb/roll.ts";
import { settleVotes } from "./settle-votes.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import { requireSteadyPods } from "../resilience/steady.ts";
import { trafficFields } from "../resilience/under-traffic-spec.ts";
import { countOf, lostRequests, tooFewRequests, underWatchedTraffic } from "../resilience/under-traffic.ts";
import { restingTally } from "./vote-pages.ts";
import { votingFields } from "./voting.ts";

const spec = z.strictObject({
  kind: z.literal("votes-while-updated"),
  ...votingFields,
  deployment: z.string().min(1).describe("The front end."),
  from: z.string().min(1).describe("The image of the version before."),
  to: z.string().min(1).describe("The image of the new version."),
  ...trafficFields,
  requests: z.int().positive().default(800).describe("At least so many, none of which may fail."),
  votes: z.int().min(10).default(60).describe("Cast by new voters meanwhile, none of which may fail either."),
});

type Spec = z.infer<typeof spec>;

/** Votes a second: spread over the two rollouts. */
const votesPerSecond = 4;

/** An experiment: the front end, which was updated, is rolled to the version before and updated again under votes. */
export const votesWhileUpdated = defineCheck({
  kind: "votes-while-updated",
  summary:
    "An experiment: a front end that was updated is rolled back to the version before and updated again while people look and vote; no request fails, and each vote counts.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await requireSteadyPods(context, wanted.deployment);
    if (!found.ok) return found.findings;
    const notYet = [
      ...runsOtherImages(context, found.pods, wanted.to),
      ...noHistory(wanted, context, found.pods),
    ];
    if (notYet.length > 0) return notYet;
    const before = await restingTally(context, wanted);
    if (!before.ok) return before.findings;
    const tried = await underWatchedTraffic(context, wanted, () => update(wanted, context, found.pods));
    await awaitSteadyPods(context, wanted.deployment);
    if (!tried.ok) return tried.findings;
    const { value, report } = tried;
    const findings = [
      ...value.rolled.findings,
      ...unlessServed(wanted, context, { pods: found.pods, report }),
    ];
    if (!value.cast.ok) return [...findings, ...value.cast.findings];
    context.observed(
      `${countOf(report)} and none of ${String(wanted.votes)} votes was refused while ${wanted.deployment} was rolled to ${wanted.from} and to ${wanted.to} again.`,
    );
    if (findings.length > 0) return findings;
    if (report.requests < wanted.requests) throw tooFewRequests(wanted.requests, report);
    const during = `${wanted.deployment} was updated`;
    return settleVotes(context, {
      voting: wanted,
      before: before.tally,
      ballots: value.cast.ballots,
      during,
    });
  },
});

interface Updated {
  readonly rolled: RolledOut;
  readonly cast: Cast;
}

async function update(wanted: Spec, context: CheckContext, pods: DeploymentPods): Promise<Updated> {
  const { clock, signal } = context;
  const started = clock.now();
  let rolled: RolledOut = { findings: [], leastReady: pods.ready.length };
  const work = async (): Promise<void> => {
    const version = { image: { from: wanted.from, to: wanted.to } };
    rolled = await rollBackAndForth(context, { before: pods, version });
  };
  const cast = await castVotes(context, {
    voting: wanted,
    count: wanted.votes,
    perSecond: votesPerSecond,
    meanwhile: { after: 1, work },
  });
  // More time than the requests take at their rate: the load does not begin at once, and machines are busy.
  const leftMs = started + (wanted.requests / wanted.perSecond) * 1500 - clock.now();
  if (rolled.findings.length === 0 && cast.ok && leftMs > 0) await clock.sleep(leftMs, signal);
  return { rolled, cast };
}

function noHistory(
  { deployment, from }: Spec,
  { namespace }: CheckContext,
  { replicaSets }: DeploymentPods,
): readonly CheckFinding[] {
  if (replicaSets.some((replicaSet) => names(replicaSet, from))) return [];
  return [
    {
      object: `Deployment/${deployment}`,
      path: "its ReplicaSets",
      expected: `a revision with ${from}`,
      actual: "none",
      message: `The history of Deployment ${deployment} holds no revision with ${from}: it was made with the second version, and not updated to it. Set its image to ${from}, and then to the second version.`,
      next: `kubectl -n ${namespace} rollout history deployment ${deployment}`,
    },
  ];
}

function unlessServed(
  wanted: Spec,
  { namespace }: CheckContext,
  { pods, report }: { readonly pods: DeploymentPods; readonly report: TrafficReport },
): readonly CheckFinding[] {
  if (report.failures === 0) return [];
  return [
    lostRequests({
      target: wanted,
      report,
      during: `${wanted.deployment} was updated`,
      why: lossCause(pods.deployment),
      next: `kubectl -n ${namespace} get deployment ${wanted.deployment} -o yaml`,
    }),
  ];
}

/** Whether a template names an image. */
function names({ spec }: Workload, image: string): boolean {
  return spec.template.spec.containers.some((container) => container.image === image);
}
