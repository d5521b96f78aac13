import { removeEntry, writeEntry } from "./journal.ts";
import type { DisturbanceContext, Undoable } from "./disturbance.ts";

interface Taking<Taken> {
  readonly undoable: Undoable<Taken>;
  readonly taken: Taken;
}

/**
 * Does something that has to be given back: what is taken is written down first, and put back afterwards, whatever
 * happened. Where that does not succeed, the journal's entry stays for the next check or up.
 * @param work calls `spared` where nothing was taken in the end.
 */
export async function withUndo<Taken, T>(
  context: DisturbanceContext,
  { undoable, taken }: Taking<Taken>,
  work: (spared: () => void) => Promise<T>,
): Promise<T> {
  const { kube, namespace, clock, cleanUps } = context;
  const { kind } = undoable;
  return cleanUps.during(async () => {
    const entry = await writeEntry(kube, { namespace, kind, at: clock.now(), taken, id: context.nonce() });
    // Two errors become one that holds both: an outage meets the work and its undo alike.
    let isSpared = false;
    await using afterwards = new AsyncDisposableStack();
    afterwards.defer(async () => {
      const { probe, nodes, wait, signal } = context;
      const occasion = signal.aborted ? "interrupted" : "ended";
      const around = { kube, probe, nodes, wait, clock, namespace, occasion } as const;
      if (isSpared || (await undoable.undo(taken, around))) await removeEntry(kube, entry);
    });
    return await work(() => void (isSpared = true));
  });
}
