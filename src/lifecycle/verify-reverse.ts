import { disturbs } from "../checks/index.ts";
import { loadSolution, type StepList } from "../lab/load.ts";
import type { Lab } from "../lab/schema.ts";
import type { Progress } from "../terminal/progress.ts";
import { checkLab } from "./check-lab.ts";
import type { LabRun } from "./lab-run.ts";
import { refusal } from "./refusal.ts";
import { resetLab } from "./reset-lab.ts";
import { reverseOrder } from "./reverse-order.ts";
import { doSolution } from "./solve-lab.ts";
import { unlessAllPassed } from "./verdict-problems.ts";

/** The solution's steps, its last exercises first. */
export interface ReverseSolution extends StepList {
  /** What is judged afterwards: the exercises without the checks that disturb, which do not come of an order. */
  readonly lab: Lab;
  /** The exercises by id, as they are begun. */
  readonly order: readonly string[];
}

/** undefined where the exercises can be done in one order only, or nobody has said which steps are whose. */
export async function loadReverseSolution(lab: Lab): Promise<ReverseSolution | undefined> {
  const solution = await loadSolution(lab);
  if (!solution) return undefined;
  const { folder, groups } = solution;
  const reverse = reverseOrder(groups, lab);
  if (reverse.every((group, index) => group === groups[index])) return undefined;
  return {
    lab: withoutDisturbances(lab),
    folder,
    order: [...new Set(reverse.flatMap(({ exercises }) => exercises))],
    steps: reverse.flatMap(({ steps }) => steps),
  };
}

function withoutDisturbances(lab: Lab): Lab {
  const judged = lab.exercises.map((exercise) => ({
    ...exercise,
    checks: exercise.checks.filter((check) => !disturbs(check)),
  }));
  return { ...lab, exercises: judged };
}

/**
 * What is not as it has to be when the exercises are done in that order: right work that is followed by more right work
 * keeps its points. Exercises that are of disturbances alone are not judged.
 */
export async function proveInReverse(
  run: LabRun,
  solution: ReverseSolution,
  progress: Progress,
): Promise<readonly string[]> {
  const when = `in reverse order (${solution.order.join(", ")})`;
  progress.note(`Exercises ${when}`);
  await resetLab(run, progress);
  // A step that cannot be done so early is the order's trouble.
  const refused = await refusal(() => doSolution(run, solution, progress));
  if (refused !== undefined) return [`${when}: ${refused}`];
  const { lab } = solution;
  const only = lab.exercises.filter(({ checks }) => checks.length > 0).map(({ id }) => id);
  return unlessAllPassed(when, await checkLab({ ...run, lab }, { progress, only }));
}
