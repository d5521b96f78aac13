import type { Progress } from "../terminal/progress.ts";
import type { Step, StepContext } from "./step.ts";

/**
 * Runs the steps in their order, and only those that have something to do. Where all are done it has written nothing.
 * A look that fails counts as "not done": the step itself says what is wrong.
 */
export async function runSteps(
  steps: readonly Step[],
  context: StepContext,
  progress: Progress,
): Promise<{ readonly ran: readonly string[] }> {
  const ran: string[] = [];
  for (const step of steps) {
    context.deps.signal.throwIfAborted();
    if (await isDone(step, context)) continue;
    ran.push(step.title);
    await progress.step(step.title, (shown) => step.ensure(context, shown));
  }
  return { ran };
}

/** Whether no step has anything to do. */
export async function allDone(steps: readonly Step[], context: StepContext): Promise<boolean> {
  return (await Promise.all(steps.map((step) => isDone(step, context)))).every(Boolean);
}

async function isDone(step: Step, context: StepContext): Promise<boolean> {
  const [look] = await Promise.allSettled([step.isDone(context)]);
  return look.status === "fulfilled" && look.value;
}
