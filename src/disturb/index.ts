/** The disturbances: what an experiment may do, and everything of which the journal may hold an undo. */
import { takenPods, deletePods } from "./delete-pods.ts";
import type { UndoContext, Undoable } from "./disturbance.ts";
import { restart } from "./restart.ts";
import { roll } from "./roll.ts";
import { stoppedNode } from "./stop-node.ts";
import { unwellPod } from "./unwell-pod.ts";

/** By the names that `do:` of an experiment gives them. */
export const disturbances = { delete: deletePods, roll, restart } as const;

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
