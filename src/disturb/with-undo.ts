import { removeEntry, writeEntry } from "./journal.ts";
import type { DisturbContext, Undoable } from "./disturbance.ts";

interface Taking<Taken> {
  readonly undoable: Undoable<Taken>;
  readonly taken: Taken;
}

/**
 * Does something that has to be given back: what is taken is written down first, and put back afterwards, whatever
 * happened. Where that does not succeed, the journal's entry stays for the next check or up.
 */
export async function withUndo<Taken, T>(
  context: DisturbContext,
  { undoable, taken }: Taking<Taken>,
  work: () => Promise<T>,
): Promise<T> {
  const { kube, namespace, clock, cleanUps } = context;
  const { kind } = undoable;
  return cleanUps.during(async () => {
    const entry = await writeEntry(kube, { namespace, kind, at: clock.now(), taken, id: context.nonce() });
    // Two errors become one that holds both: an outage meets the work and its undo alike.
    await using afterwards = new AsyncDisposableStack();
    afterwards.defer(async () => {
      const { probe, nodes, wait, signal } = context;
      const occasion = signal.aborted ? "interrupted" : "ended";
      const isUndone = await undoable.undo(taken, { kube, probe, nodes, wait, clock, namespace, occasion });
      if (isUndone) await removeEntry(kube, entry);
    });
    return await work();
  });
}
