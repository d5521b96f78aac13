import type { Kube } from "../kube/kube.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import { discoverLabs } from "../lab/discover.ts";
import type { Lab } from "../lab/schema.ts";
import { listStartedLabs } from "../records/list-started-labs.ts";
import { judgeScore, readClusterUid, type JudgedScore, type Score } from "../records/score.ts";
import { readScoreKey } from "../records/score-key.ts";
import type { StoredState } from "../records/state.ts";
import type { Places } from "../places.ts";

/** How far somebody is with a lab. */
export interface LabStanding {
  readonly lab: string;
  /** Points of all exercises. */
  readonly maxScore: number;
  /** Left out where it was not started. */
  readonly namespace?: string;
  /** `unreadable`: somebody has written over what labctl remembers of it. */
  readonly standing: "not-started" | "unreadable" | "not-checked" | JudgedScore["is"];
  /** Of a lab that was graded with this home's key; no other score counts. */
  readonly lastScore?: Score;
}

/** Every lab of the project, in its order; one that was started in several namespaces is there for each of them. */
export async function listLabScores(
  places: Pick<Places, "home" | "project" | "labs">,
  kube: Kube,
): Promise<readonly LabStanding[]> {
  const [{ labs }, started, key, cluster] = await Promise.all([
    discoverLabs(places.project, places.labs),
    listStartedLabs(kube),
    readScoreKey(places.home),
    readClusterUid(kube),
  ]);
  return labs.flatMap((lab): readonly LabStanding[] => {
    const maxScore = lab.exercises.reduce((sum, { points }) => sum + points, 0);
    const own = started.filter((stored) => isOf(stored, lab));
    if (own.length === 0) return [{ lab: lab.id, maxScore, standing: "not-started" }];
    return own.map((stored) => ({ lab: lab.id, maxScore, ...standingOf(stored, { key, cluster }) }));
  });
}

function isOf(stored: StoredState, { id }: Lab): boolean {
  if (stored.readable) return stored.state.lab === id;
  return stored.lab === undefined ? stored.namespace === defaultNamespace(id) : stored.lab === id;
}

function standingOf(
  stored: StoredState,
  { key, cluster }: { readonly key: string | undefined; readonly cluster: string },
): Pick<LabStanding, "namespace" | "standing" | "lastScore"> {
  if (!stored.readable) return { namespace: stored.namespace, standing: "unreadable" };
  const { state } = stored;
  const { namespace, lastScore } = state;
  if (lastScore === undefined) return { namespace, standing: "not-checked" };
  const judged = judgeScore(key, { ...state, cluster }, lastScore);
  const counted = judged.is === "graded" ? { lastScore: judged.score } : {};
  return { namespace, standing: judged.is, ...counted };
}
