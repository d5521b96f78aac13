import { expectedError } from "../expected-error.ts";
import { proveScore, readClusterUid } from "../records/score.ts";
import { ensureScoreKey } from "../records/score-key.ts";
import type { LabState } from "../records/state.ts";
import type { CheckReport } from "../report/result.ts";
import type { LabRun } from "./lab-run.ts";
import { changeOwnState } from "./own-state.ts";

/**
 * Keeps a report's score for `labctl status`, with its proof; a report is never lost to a write that failed.
 * @param graded the state that the report is about: a lab that was started anew meanwhile has none of its score.
 * @returns why it was not kept, as a sentence; undefined when it was.
 */
export async function keepScore(
  run: LabRun,
  graded: LabState,
  report: CheckReport,
): Promise<string | undefined> {
  try {
    const kube = await run.context.kube();
    const lastScore = await prove(run, graded, report);
    const now = await changeOwnState(run, kube, (state) =>
      isSameAttempt(state, graded) ? { ...state, lastScore } : undefined,
    );
    if (isSameAttempt(now, graded)) return undefined;
    return `${notKept} Lab ${run.lab.id} was started anew meanwhile: check it again.`;
  } catch (error) {
    const expected = expectedError(error);
    if (!expected) throw error;
    const seen = expected.lastSeen === undefined ? "" : ` (${expected.lastSeen})`;
    return `${notKept} ${expected.message}${seen} Next: ${expected.hint}`;
  }
}

async function prove({ context }: LabRun, graded: LabState, report: CheckReport): Promise<unknown> {
  const { deps } = context;
  const key = await ensureScoreKey(deps.places.home, (length) => deps.random(length));
  const cluster = await readClusterUid(await context.kube());
  const { score, maxScore, startedAt: at } = report;
  const exercises = report.exercises.map((each) => {
    const { id, status, score: own, points } = each;
    return { id, status, score: own, points };
  });
  return proveScore(key, { ...graded, cluster }, { score, maxScore, at, exercises });
}

const notKept = "This score could not be kept for labctl status.";

function isSameAttempt(one: LabState, other: LabState): boolean {
  return one.seed === other.seed && one.startedAt === other.startedAt;
}
