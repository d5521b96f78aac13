import { z } from "zod";
import type { Pod } from "../../kube/objects.ts";
import { defineCheck, type CheckContext } from "../check.ts";
import { castVotes } from "./cast-votes.ts";
import { settleVotes } from "./settle-votes.ts";
import { awaitGone } from "../../disturb/at-rest.ts";
import { findDatabase, type DatabasePod } from "./vote-database.ts";
import { restingTally } from "./vote-pages.ts";
import { votingFields, type Voting } from "./voting.ts";

const spec = z.strictObject({
  kind: z.literal("votes-kept"),
  ...votingFields,
  votes: z
    .int()
    .min(10)
    .default(20)
    .describe("Cast before the pod is deleted, and as many while it is away."),
  perSecond: z.int().positive().default(20),
});

/** An experiment: the database's pod is deleted, and nothing of what was counted is. */
export const votesKept = defineCheck({
  kind: "votes-kept",
  summary:
    "An experiment: the database's pod is deleted after votes were counted; the tally is what it was, with the votes that were cast meanwhile.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const { votes: count, perSecond } = wanted;
    const before = await restingTally(context, wanted);
    if (!before.ok) return before.findings;
    const first = await castVotes(context, { voting: wanted, count, perSecond });
    if (!first.ok) return first.findings;
    const uncounted = await settleVotes(context, {
      voting: wanted,
      before: before.tally,
      ballots: first.ballots,
    });
    if (uncounted.length > 0) return uncounted;
    const database = await findDatabase(context, wanted);
    if (!database.ok) return database.findings;
    const { pod } = database;
    const { name } = pod.metadata;
    const work = async (): Promise<void> => {
      context.announce(`deleting pod ${name}, the database's, while votes are cast`);
      await context.kube.remove({ kind: "Pod", namespace: context.namespace, name });
    };
    const second = await castVotes(context, {
      voting: wanted,
      count,
      perSecond,
      meanwhile: { after: 1, work },
    });
    await awaitGone(context, [pod]);
    const back = await findDatabase(context, wanted, pod);
    if (!back.ok) return back.findings;
    if (!second.ok) return second.findings;
    const findings = await settleVotes(context, {
      voting: wanted,
      before: before.tally,
      ballots: [...first.ballots, ...second.ballots],
      during: "the database's pod was deleted",
      why: () => Promise.resolve(lossCause(wanted, context, database)),
    });
    if (findings.length === 0)
      context.observed(
        `${name} was deleted, and the tally is what it was, with ${String(count)} votes cast meanwhile.`,
      );
    return findings;
  },
});

function lossCause({ database }: Voting, { namespace }: CheckContext, { pod, container }: DatabasePod) {
  const volume = dataVolume(pod, container);
  const { name } = pod.metadata;
  const where =
    volume === undefined
      ? `Pod ${name} keeps its data in the container itself, which goes with the pod.`
      : `Volume ${volume} of pod ${name} is an emptyDir, which goes with the pod.`;
  const kept = `Its data lie on a claim; does PGDATA name a folder on it? The Service is ${database.service}.`;
  return {
    message: volume === "" ? kept : `${where} What has to outlive a pod belongs on a PersistentVolumeClaim.`,
    next: `kubectl -n ${namespace} get pod ${name} -o yaml; kubectl -n ${namespace} get pvc`,
  };
}

/** The emptyDir that the database's container mounts; "" where it mounts a claim, undefined where it mounts nothing. */
function dataVolume({ spec: { containers, volumes = [] } }: Pod, container: string): string | undefined {
  const mounts = containers.find(({ name }) => name === container)?.volumeMounts ?? [];
  const mounted = volumes.filter(({ name }) => mounts.some((mount) => mount.name === name));
  const claims = mounted.filter((volume) => "persistentVolumeClaim" in volume);
  if (claims.length > 0) return "";
  return mounted.find(({ emptyDir }) => emptyDir !== undefined)?.name;
}
