/** The disturbances: what an experiment may do, and everything of which the journal may hold an undo. */
import { takenPods, deletePods } from "./delete-pods.ts";
import type { DisturbanceContext, Disturbed, UndoContext, Undoable } from "./disturbance.ts";
import { restart } from "./restart.ts";
import { roll } from "./roll.ts";
import type { DisturbStep } from "./step-spec.ts";
import { stoppedNode } from "./stop-node.ts";
import { unwellPod } from "./unwell-pod.ts";

/** By the names that `do:` of an experiment gives them. */
export const disturbances = { delete: deletePods, roll, restart } as const;

/** What a step is about to do, for a person: "deleting a pod of Deployment worker". */
export function describeStep(step: DisturbStep): string {
  if ("delete" in step) return disturbances.delete.describe(step.delete);
  if ("roll" in step) return disturbances.roll.describe(step.roll);
  return disturbances.restart.describe(step.restart);
}

/** Does a step; see `Disturbance.run`. */
export function runStep(
  step: DisturbStep,
  context: DisturbanceContext,
  told: Readonly<Record<string, unknown>>,
): Promise<Disturbed> {
  if ("delete" in step) return disturbances.delete.run(step.delete, context, told);
  if ("roll" in step) return disturbances.roll.run(step.roll, context, told);
  return disturbances.restart.run(step.restart, context, told);
}

/** An entry of the journal that can be put back. */
export interface Opened {
  /** What there is to put back, for a person. */
  readonly text: string;
  undo(context: UndoContext): Promise<boolean>;
}

interface Opener {
  readonly kind: string;
  open(taken: unknown): Opened | undefined;
}

const openers: readonly Opener[] = [
  opener(takenPods),
  opener(roll),
  opener(restart),
  opener(stoppedNode),
  opener(unwellPod),
];

/** What an entry asks for; undefined where it cannot be read: another version of labctl wrote it, or somebody else did. */
export function openEntry({
  kind,
  taken,
}: {
  readonly kind: string;
  readonly taken: unknown;
}): Opened | undefined {
  return openers.find((each) => each.kind === kind)?.open(taken);
}

function opener<Taken>(undoable: Undoable<Taken>): Opener {
  return {
    kind: undoable.kind,
    open: (data) => {
      const read = undoable.taken.safeParse(data);
      if (!read.success) return undefined;
      const { data: taken } = read;
      return {
        text: undoable.describeTaken(taken),
        undo: (context) => undoable.undo(taken, context),
      };
    },
  };
}
