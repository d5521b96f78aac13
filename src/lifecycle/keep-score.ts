import { LabctlError } from "../errors.ts";
import type { LabState } from "../records/state.ts";
import type { CheckReport } from "../report/result.ts";
import type { LabRun } from "./lab-run.ts";
import { changeOwnState } from "./own-state.ts";

/**
 * Keeps a report's score for `labctl status`; a report is never lost to a write that failed.
 * @param graded the state that the report is about: a lab that was started anew meanwhile has none of its score.
 * @returns why it was not kept, as a sentence; undefined when it was.
 */
export async function keepScore(
  run: LabRun,
  graded: LabState,
  { score, maxScore, startedAt: at }: CheckReport,
): Promise<string | undefined> {
  const lastScore = { score, maxScore, at };
  try {
    const now = await changeOwnState(run, await run.context.kube(), (state) =>
      isSameAttempt(state, graded) ? { ...state, lastScore } : undefined,
    );
    if (isSameAttempt(now, graded)) return undefined;
    return `${notKept} Lab ${run.lab.id} was started anew meanwhile: check it again.`;
  } catch (error) {
    if (!(error instanceof LabctlError)) throw error;
    const seen = error.lastSeen === undefined ? "" : ` (${error.lastSeen})`;
    return `${notKept} ${error.message}${seen} Next: ${error.hint}`;
  }
}

const notKept = "This score could not be kept for labctl status.";

function isSameAttempt(one: LabState, other: LabState): boolean {
  return one.seed === other.seed && one.startedAt === other.startedAt;
}
