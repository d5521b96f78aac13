import { EnvironmentError } from "../errors.ts";
import { differsAt } from "./as-sent.ts";
import type { KindRef, Kube, KubeReads, ObjectRef } from "./kube.ts";
import type { KnownKinds, KubeObject } from "./objects.ts";

/** A Pod or a Job that labctl made: what it was sent as, and who it is. */
export interface MadeObject {
  readonly sent: KubeObject;
  readonly uid: string;
  /** Counts the changes of its spec; undefined on clusters that count none. */
  readonly generation: number | undefined;
}

/**
 * Makes a new Pod or Job; one that is stored otherwise than it was sent is removed again.
 * @throws EnvironmentError then, naming what may have rewritten it, and when there is one of this name already.
 */
export async function createOwn(
  kube: Pick<Kube, "create" | "remove" | "list">,
  sent: KubeObject,
): Promise<MadeObject> {
  const stored = await kube.create(sent);
  try {
    return await asMade(kube, stored, sent);
  } catch (error) {
    await kube.remove(refOf(sent), { graceSeconds: 0 });
    throw error;
  }
}

/**
 * What the API server gave back of an object that was sent.
 * @throws EnvironmentError when it is another than was sent, naming what may have rewritten it.
 */
export async function asMade(
  kube: Pick<Kube, "list">,
  stored: KubeObject,
  sent: KubeObject,
): Promise<MadeObject> {
  const at = differsAt(stored, sent);
  if (at !== undefined) {
    const others = await foreignMutators(kube);
    const by = others.length === 0 ? "" : `; these may rewrite what is sent: ${others.join(", ")}`;
    throw notAsMade(sent, `the API server stored something else than was sent, at ${at}${by}`);
  }
  return adopt(stored, sent);
}

/**
 * What was made, as it stands now; undefined when it is gone, or on its way out.
 * @throws EnvironmentError when it is another object of the same name, or its spec was changed.
 */
export async function readOwn<Kind extends "Pod" | "Job">(
  kube: Pick<KubeReads, "read">,
  kind: Kind,
  made: MadeObject,
): Promise<KnownKinds[Kind] | undefined> {
  const stored: KnownKinds[Kind] | undefined = await kube.read<Kind>({ ...refOf(made.sent), kind });
  if (stored?.metadata.deletionTimestamp !== undefined) return undefined;
  if (stored) requireOwn(stored, made);
  return stored;
}

/**
 * What was made, as it stands now: what it has said counts only where it is still there afterwards.
 * @throws EnvironmentError as `readOwn`, and when it is gone.
 */
export async function confirmOwn<Kind extends "Pod" | "Job">(
  kube: Pick<KubeReads, "read">,
  kind: Kind,
  made: MadeObject,
): Promise<KnownKinds[Kind]> {
  const stored = await readOwn(kube, kind, made);
  if (stored) return stored;
  throw lost(made.sent);
}

/** The error when what was made is gone. */
export function lost({ kind, metadata: { name, namespace = "default" } }: KubeObject): EnvironmentError {
  return new EnvironmentError({
    message: `labctl's own ${kind} ${name} was removed while it was needed.`,
    hint: `Check again; who removes it? kubectl -n ${namespace} get events`,
  });
}

/** What was found as it was sent, to be compared with what is read later. */
export function adopt({ metadata }: KubeObject, sent: KubeObject): MadeObject {
  return { sent, uid: metadata.uid ?? "", generation: metadata.generation };
}

/** @throws EnvironmentError when an object that was read is not the one that was made, or no longer as it was. */
export function requireOwn(stored: KubeObject, { sent, uid, generation }: MadeObject): void {
  if (stored.metadata.uid !== uid) throw notAsMade(sent, "it is another object of the same name");
  const at = differsAt(stored, sent);
  if (at !== undefined) throw notAsMade(sent, `its spec was changed, at ${at}`);
  if (stored.metadata.generation === generation) return;
  throw notAsMade(sent, "its spec was changed, and changed back");
}

/** Its place in the cluster. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function notAsMade(sent: KubeObject, seen: string): EnvironmentError {
  const { kind, metadata } = sent;
  const { name, namespace = "default" } = metadata;
  return new EnvironmentError({
    message: `labctl's own ${kind} ${name} is not as labctl made it, so nothing that it says is believed: ${seen}.`,
    lastSeen: seen,
    hint: `Who changes it? kubectl -n ${namespace} get ${kind.toLowerCase()} ${name} -o yaml, then check again`,
  });
}

const group = "admissionregistration.k8s.io";
/** Kinds of what rewrites objects on their way in, in every version that a cluster may have. */
export const mutators: readonly KindRef[] = [
  { apiVersion: `${group}/v1`, kind: "MutatingWebhookConfiguration" },
  ...["v1", "v1beta1", "v1alpha1"].map((version) => ({
    apiVersion: `${group}/${version}`,
    kind: "MutatingAdmissionPolicy",
  })),
];

/** What may rewrite objects on their way in; labctl has none of its own. */
async function foreignMutators(kube: Pick<Kube, "list">): Promise<readonly string[]> {
  // Whoever may not look at them is told the rest.
  const lists = await Promise.all(mutators.map((kind) => kube.list(kind).catch(() => [])));
  return [...new Set(lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`))];
}
