import type { Kube } from "../kube/kube.ts";
import { discoverLabs } from "../lab/discover.ts";
import { listStartedLabs } from "../records/list-started-labs.ts";
import type { LabState } from "../records/state.ts";

/** How far somebody is with a lab. */
export interface LabStanding {
  readonly lab: string;
  /** Points of all exercises. */
  readonly maxScore: number;
  /** undefined: not started. */
  readonly namespace?: string;
  /** undefined: not checked. */
  readonly lastScore?: LabState["lastScore"];
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
  return labs.flatMap(({ id, exercises }): readonly LabStanding[] => {
    const maxScore = exercises.reduce((sum, { points }) => sum + points, 0);
    const own = started.filter(({ lab }) => lab === id);
    if (own.length === 0) return [{ lab: id, maxScore }];
    return own.map(({ namespace, lastScore }) => ({
      lab: id,
      maxScore,
      namespace,
      ...(lastScore ? { lastScore } : {}),
    }));
  });
}
