import type { UndoContext } from "./disturbance.ts";
import { openEntry } from "./index.ts";
import { readJournal, removeEntry } from "./journal.ts";

export interface PutBack extends Omit<UndoContext, "occasion" | "namespace"> {
  /** The lab's. */
  readonly namespace: string;
  /** Tells what is put back. */
  readonly note: (text: string) => void;
}

/**
 * Puts back what a labctl that was killed in the middle of an experiment on this lab has left, the newest first.
 * @throws EnvironmentError when the cluster does not answer; what was not put back stays in the journal.
 */
export async function putBack({ note, ...parts }: PutBack): Promise<void> {
  const { kube, namespace } = parts;
  for (const entry of await readJournal(kube, namespace)) {
    const opened = openEntry(entry);
    if (!opened) {
      note(`What an experiment noted to be put back cannot be read, and is dropped: ConfigMap ${entry.name}`);
      await removeEntry(kube, entry);
      continue;
    }
    note(`An experiment was interrupted: putting back ${opened.text}`);
    if (await opened.undo({ ...parts, occasion: "later" })) await removeEntry(kube, entry);
  }
}
