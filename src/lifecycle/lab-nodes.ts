/** Labels and taints that a lab wants on nodes. What a node had before is noted on the node, in the same write. */
import { z } from "zod";
import { EnvironmentError, LabctlError } from "../errors.ts";
import { parseJson } from "../parse-json.ts";
import type { Kube } from "../kube/kube.ts";
import type { Node } from "../kube/objects.ts";
import type { Taint } from "../kube/placement.ts";
import type { LabRun } from "./lab-run.ts";
import type { NodeStart } from "../lab/schema.ts";

const annotation = "labctl.dev/lab-nodes";
const controlPlane = "node-role.kubernetes.io/control-plane";
/** The kubelet and the node controller write to nodes, too. */
const attempts = 5;

const keyAndEffect = { key: z.string(), effect: z.string() };
const taint: z.ZodType<Taint> = z.looseObject({ ...keyAndEffect, value: z.string().exactOptional() });

/** What is taken back: keys that start wrote, and what was there before under them. */
const nodeRecord = z.object({
  /** The labs, by namespace, that want the node so; the last of them takes it back. */
  namespaces: z.array(z.string()),
  /** null: there was no such label. */
  labels: z.record(z.string(), z.string().nullable()),
  put: z.array(z.object(keyAndEffect)),
  taints: z.array(taint),
});

type NodeRecord = z.infer<typeof nodeRecord>;

/**
 * The i-th worker by name gets the i-th entry of `start.nodes`. Safe to run again after it was cut off.
 * @throws EnvironmentError when there are fewer workers.
 */
export async function prepareNodes({ lab, namespace }: LabRun, kube: Kube): Promise<void> {
  const wanted = lab.start.nodes;
  if (wanted.length === 0) return;
  const nodes = await kube.list("Node");
  const workers = nodes
    .filter(({ metadata }) => metadata.labels?.[controlPlane] === undefined)
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  if (workers.length < wanted.length) {
    throw new EnvironmentError({
      message: `Lab ${lab.id} needs ${String(wanted.length)} worker nodes.`,
      lastSeen: `workers: ${workers.map(({ metadata }) => metadata.name).join(", ") || "none"}`,
      hint: "labctl status",
    });
  }
  const others = await otherLabs(kube, namespace);
  for (const [index, change] of wanted.entries()) {
    const name = workers[index]?.metadata.name ?? "";
    await writeNode(kube, name, (node) => preparation(node, { change, namespace, others }));
  }
}

/** Takes away exactly what `prepareNodes` put there, and puts back what it replaced; not what another lab still uses. */
export async function restoreNodes({ lab, namespace }: LabRun, kube: Kube): Promise<void> {
  if (lab.start.nodes.length === 0) return;
  const nodes = await kube.list("Node");
  const others = await otherLabs(kube, namespace);
  for (const { metadata } of nodes.filter((node) => recordOf(node)?.namespaces.includes(namespace))) {
    await writeNode(kube, metadata.name, (node) => restoration(node, others));
  }
}

/**
 * The same of nodes that no lab wants so any more: its namespace was deleted by hand. Other labs would stumble over its
 * taint, and nobody would take it back.
 * @returns their names.
 */
export async function restoreForsakenNodes(kube: Kube): Promise<readonly string[]> {
  const changed = (await kube.list("Node")).filter(({ metadata }) => metadata.annotations?.[annotation]);
  if (changed.length === 0) return [];
  const labs = await otherLabs(kube, undefined);
  const isForsaken = ({ metadata }: Node): boolean => {
    // One that cannot be read is for the lab that wrote it to complain of.
    const record = nodeRecord.safeParse(parseJson(metadata.annotations?.[annotation] ?? "")).data;
    return record?.namespaces.every((name) => !labs.includes(name)) === true;
  };
  const forsaken = changed.filter(isForsaken);
  for (const { metadata } of forsaken) {
    await writeNode(kube, metadata.name, (node) => restoration(node, labs));
  }
  return forsaken.map(({ metadata }) => metadata.name);
}

/** Namespaces that are there to stay: what a lost one wanted of a node counts no more. */
async function otherLabs(kube: Kube, namespace: string | undefined): Promise<readonly string[]> {
  const all = await kube.list("Namespace");
  const stay = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return stay.map(({ metadata }) => metadata.name).filter((name) => name !== namespace);
}

type Patch = Readonly<Record<string, unknown>>;

interface Preparation {
  readonly change: NodeStart;
  readonly namespace: string;
  readonly others: readonly string[];
}

function preparation(node: Node, { change, namespace, others }: Preparation): Patch {
  const earlier = recordOf(node);
  const { labels = {} } = node.metadata;
  const taints = node.spec?.taints ?? [];
  const isOurs = (taint: Taint): boolean => change.taints.some((own) => isSame(own, taint));
  const isNew = (taint: Pick<Taint, "key" | "effect">): boolean =>
    !earlier?.put.some((own) => isSame(own, taint));
  const before = Object.keys(change.labels).map((key) => [key, labels[key] ?? null] as const);
  const record: NodeRecord = {
    namespaces: [...(earlier?.namespaces ?? []).filter((name) => others.includes(name)), namespace],
    labels: { ...Object.fromEntries(before), ...earlier?.labels },
    put: [
      ...(earlier?.put ?? []),
      ...change.taints.filter(isNew).map(({ key, effect }) => ({ key, effect })),
    ],
    taints: [...(earlier?.taints ?? []), ...taints.filter((taint) => isOurs(taint) && isNew(taint))],
  };
  return {
    metadata: { labels: change.labels, annotations: { [annotation]: JSON.stringify(record) } },
    spec: { taints: [...taints.filter((taint) => !isOurs(taint)), ...change.taints] },
  };
}

function restoration(node: Node, others: readonly string[]): Patch {
  const record = recordOf(node);
  if (!record) return {};
  const namespaces = record.namespaces.filter((name) => others.includes(name));
  if (namespaces.length > 0) {
    return { metadata: { annotations: { [annotation]: JSON.stringify({ ...record, namespaces }) } } };
  }
  const foreign = (node.spec?.taints ?? []).filter((taint) => !record.put.some((own) => isSame(own, taint)));
  return {
    metadata: { labels: record.labels, annotations: { [annotation]: null } },
    spec: { taints: [...foreign, ...record.taints] },
  };
}

function recordOf({ metadata }: Node): NodeRecord | undefined {
  const text = metadata.annotations?.[annotation];
  if (text === undefined) return undefined;
  const parsed = nodeRecord.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new EnvironmentError({
    message: `Node ${metadata.name} no longer says what labctl has changed in it: somebody has written to its annotation ${annotation}.`,
    lastSeen: text.slice(0, 200),
    hint: `Take it off, and what the lab wanted by hand: kubectl annotate node ${metadata.name} ${annotation}-`,
  });
}

/** A node has one taint at most of a key and an effect. */
function isSame(a: Pick<Taint, "key" | "effect">, b: Pick<Taint, "key" | "effect">): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** Reads and writes until nobody else wrote in between: a patch replaces the list of taints as a whole. */
async function writeNode(kube: Kube, name: string, change: (node: Node) => Patch): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const node = await kube.read({ kind: "Node", name });
    if (!node) return;
    const { metadata, ...rest } = change(node) as { readonly metadata?: Patch };
    const { resourceVersion } = node.metadata;
    try {
      await kube.patch({ kind: "Node", name }, { ...rest, metadata: { ...metadata, resourceVersion } });
      return;
    } catch (error) {
      if (!(error instanceof LabctlError) || attempt === attempts) throw error;
      const now = await kube.read({ kind: "Node", name });
      if (now?.metadata.resourceVersion === resourceVersion) throw error;
    }
  }
}
