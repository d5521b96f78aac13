import type { Kube } from "../kube/kube.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import { discoverLabs } from "../lab/discover.ts";
import type { Lab } from "../lab/schema.ts";
import { listStartedLabs } from "../records/list-started-labs.ts";
import type { Score, StoredState } from "../records/state.ts";

/** How far somebody is with a lab. */
export interface LabStanding {
  readonly lab: string;
  /** Points of all exercises. */
  readonly maxScore: number;
  /** Left out where it was not started. */
  readonly namespace?: string;
  /** `unreadable`: somebody has written over what labctl remembers of it. */
  readonly standing: "not-started" | "unreadable" | "not-checked" | "graded";
  /** Of a lab that was graded. */
  readonly lastScore?: Score;
}

/** The folder with images/, charts/, manifests/ and tools/, and the one with the labs. */
interface LabPlaces {
  readonly project: string;
  readonly labs: string;
}

/** Every lab of the project, in its order; one that was started in several namespaces is there for each of them. */
export async function listLabScores(places: LabPlaces, kube: Kube): Promise<readonly LabStanding[]> {
  const [{ labs }, started] = await Promise.all([
    discoverLabs(places.project, places.labs),
    listStartedLabs(kube),
  ]);
  return labs.flatMap((lab): readonly LabStanding[] => {
    const maxScore = lab.exercises.reduce((sum, { points }) => sum + points, 0);
    const own = started.filter((stored) => isOf(stored, lab));
    if (own.length === 0) return [{ lab: lab.id, maxScore, standing: "not-started" }];
    return own.map((stored) => ({ lab: lab.id, maxScore, ...standingOf(stored) }));
  });
}

function isOf(stored: StoredState, { id }: Lab): boolean {
  if (stored.readable) return stored.state.lab === id;
  return stored.lab === undefined ? stored.namespace === defaultNamespace(id) : stored.lab === id;
}

function standingOf(stored: StoredState): Pick<LabStanding, "namespace" | "standing" | "lastScore"> {
  if (!stored.readable) return { namespace: stored.namespace, standing: "unreadable" };
  const { namespace, lastScore } = stored.state;
  return lastScore ? { namespace, standing: "graded", lastScore } : { namespace, standing: "not-checked" };
}
