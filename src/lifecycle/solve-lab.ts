import { UsageError } from "../errors.ts";
import type { Progress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";
import { loadSolution, type StepList } from "../lab/load.ts";
import { changeOwnState } from "./own-state.ts";
import { runLabSteps, toolsOf } from "./run-lab-steps.ts";

/** Does what `solution/steps.yaml` says, and keeps that it was not the student who did. @throws UsageError in a pack that has no solution. */
export async function solveLab(run: LabRun, progress: Progress): Promise<void> {
  const solution = await loadSolution(run.lab);
  if (!solution) {
    throw new UsageError({
      message: `Lab ${run.lab.id} has no solution here.`,
      lastSeen: `there is no solution/steps.yaml in ${run.lab.folder}`,
      hint: `Run: labctl hint ${run.lab.id}`,
    });
  }
  await doSolution(run, solution, progress);
  const { clock } = run.context.deps;
  const solvedAt = new Date(clock.now()).toISOString();
  await changeOwnState(run, await run.context.kube(), (state) => ({ ...state, solvedAt }));
}

/** Does the steps of a solution that was read, in the order of the list. */
export async function doSolution(run: LabRun, solution: StepList, progress: Progress): Promise<void> {
  await run.context.platform.ensureTools(toolsOf(solution.steps), progress);
  await progress.step(`Solve lab ${run.lab.id}`, (step) => runLabSteps(run, solution, step));
}
