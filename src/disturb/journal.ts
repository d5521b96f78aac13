/**
 * What experiments have taken and not yet given back: one ConfigMap an entry in `labctl-system`, written before the
 * experiment's first write and removed after its undo. What a killed labctl has left is read from here.
 */
import { z } from "zod";
import type { Kube } from "../kube/kube.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { parseJson } from "../parse-json.ts";

/** Its value is the lab's namespace. */
const label = "labctl.dev/undo";
const key = "undo.json";

const written = z.object({
  version: z.literal(1),
  kind: z.string(),
  /** When it was written, in milliseconds since the epoch. */
  at: z.number(),
  taken: z.unknown(),
});

export interface JournalEntry {
  /** Of its ConfigMap. */
  readonly name: string;
  /** The lab's. */
  readonly namespace: string;
  /** Of the disturbance; "" where the entry cannot be read. */
  readonly kind: string;
  readonly at: number;
  /** As the disturbance wrote it. */
  readonly taken: unknown;
}

interface NewEntry extends Pick<JournalEntry, "namespace" | "kind" | "at" | "taken"> {
  /** A word that no other entry has. */
  readonly id: string;
}

/** @throws EnvironmentError when it could not be written: nothing may be disturbed then. */
export async function writeEntry(
  kube: Kube,
  { namespace, kind, at, taken, id }: NewEntry,
): Promise<JournalEntry> {
  const name = `undo-${namespace}-${kind}-${id}`;
  await kube.apply({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      namespace: systemNamespace,
      labels: { "app.kubernetes.io/managed-by": "labctl", [label]: namespace },
    },
    data: { [key]: JSON.stringify({ version: 1, kind, at, taken }) },
  });
  return { name, namespace, kind, at, taken };
}

/** Of one lab, or of all; the newest first, as they have to be put back. */
export async function readJournal(kube: Kube, namespace?: string): Promise<readonly JournalEntry[]> {
  const labelSelector = namespace === undefined ? label : `${label}=${namespace}`;
  const found = await kube.list("ConfigMap", { namespace: systemNamespace, labelSelector });
  const entries = found.map(({ metadata, data }): JournalEntry => {
    const place = { name: metadata.name, namespace: metadata.labels?.[label] ?? "" };
    const read = written.safeParse(parseJson(data?.[key] ?? ""));
    return read.success ? { ...place, ...read.data } : { ...place, kind: "", at: 0, taken: undefined };
  });
  return entries.sort((one, other) => other.at - one.at);
}

export async function removeEntry(kube: Kube, { name }: Pick<JournalEntry, "name">): Promise<void> {
  await kube.remove({ kind: "ConfigMap", name, namespace: systemNamespace });
}
