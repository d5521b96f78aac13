/** Labels and taints that a lab wants on nodes. What a node had before is noted on the node, in the same write. */
import { EnvironmentError, LabctlError, UsageError } from "../errors.ts";
import type { Kube } from "../kube/kube.ts";
import type { Node } from "../kube/objects.ts";
import type { Taint } from "../kube/placement.ts";
import type { LabRun } from "./lab-run.ts";
import type { NodeStart } from "./schema.ts";

const annotation = "labctl.dev/lab-nodes";
const controlPlane = "node-role.kubernetes.io/control-plane";
/** The kubelet and the node controller write to nodes, too. */
const attempts = 5;

/** What is taken back: keys that start wrote, and what was there before under them. */
interface NodeRecord {
  readonly namespace: string;
  /** null: there was no such label. */
  readonly labels: Readonly<Record<string, string | null>>;
  readonly put: readonly Pick<Taint, "key" | "effect">[];
  readonly taints: readonly Taint[];
}

/**
 * The i-th worker by name gets the i-th entry of `start.nodes`. Safe to run again after it was cut off.
 * @throws UsageError when the nodes are as another namespace's lab wants them.
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
  for (const [index, change] of wanted.entries()) {
    const name = workers[index]?.metadata.name ?? "";
    await writeNode(kube, name, (node) => preparation(node, { change, namespace }));
  }
}

/** Takes away exactly what `prepareNodes` put there, and puts back what it replaced. */
export async function restoreNodes({ lab, namespace }: LabRun, kube: Kube): Promise<void> {
  if (lab.start.nodes.length === 0) return;
  const nodes = await kube.list("Node");
  for (const { metadata } of nodes.filter((node) => recordOf(node)?.namespace === namespace)) {
    await writeNode(kube, metadata.name, restoration);
  }
}

type Patch = Readonly<Record<string, unknown>>;

function preparation(
  node: Node,
  { change, namespace }: { readonly change: NodeStart; readonly namespace: string },
): Patch {
  const earlier = recordOf(node);
  if (earlier && earlier.namespace !== namespace) throw taken(node, earlier.namespace);
  const { labels = {} } = node.metadata;
  const taints = node.spec?.taints ?? [];
  const isOurs = (taint: Taint): boolean => change.taints.some((own) => isSame(own, taint));
  const record: NodeRecord = earlier ?? {
    namespace,
    labels: Object.fromEntries(Object.keys(change.labels).map((key) => [key, labels[key] ?? null])),
    put: change.taints.map(({ key, effect }) => ({ key, effect })),
    taints: taints.filter(isOurs),
  };
  return {
    metadata: { labels: change.labels, annotations: { [annotation]: JSON.stringify(record) } },
    spec: { taints: [...taints.filter((taint) => !isOurs(taint)), ...change.taints] },
  };
}

function restoration(node: Node): Patch {
  const record = recordOf(node);
  if (!record) return {};
  const foreign = (node.spec?.taints ?? []).filter((taint) => !record.put.some((own) => isSame(own, taint)));
  return {
    metadata: { labels: record.labels, annotations: { [annotation]: null } },
    spec: { taints: [...foreign, ...record.taints] },
  };
}

function recordOf({ metadata }: Node): NodeRecord | undefined {
  const text = metadata.annotations?.[annotation];
  return text === undefined ? undefined : (JSON.parse(text) as NodeRecord);
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

function taken({ metadata }: Node, namespace: string): UsageError {
  return new UsageError({
    message: `Node ${metadata.name} is as the lab in namespace ${namespace} wants it; two labs cannot share a node's labels.`,
    hint: `End that lab first: labctl reset -n ${namespace}, or kubectl annotate node ${metadata.name} ${annotation}-`,
  });
}
