import { createWait } from "../wait.ts";
import { fewAtOnce } from "../kube/few-at-once.ts";
import type { KindRef, Kube } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { StepProgress } from "../terminal/progress.ts";
import { isLabQuota } from "./lab-quota.ts";
import type { LabRun } from "./lab-run.ts";

/** Claims of volumes and pods of Jobs carry finalizers, which need seconds. */
const emptyWithinMs = 60_000;
/** What is there again after it was removed so often is made by something that is not of the namespace. */
const removals = 2;

/** What Kubernetes puts into every namespace, and makes anew when it was deleted. */
const provided: readonly string[] = ["ServiceAccount/default", "ConfigMap/kube-root-ca.crt"];

/**
 * Removes every object of the lab's namespace but its quota, whatever its kind, and waits until all are gone and
 * Kubernetes has put its own there anew: without the ServiceAccount `default` no pod can be created. Events go last, and
 * what is told of a pod's end later is not waited for.
 * @returns what does not go within 60 s, or is there again and again, as `Kind/name`; none: the namespace is like a new one.
 */
export async function sweepNamespace(
  { namespace, context }: LabRun,
  kube: Kube,
  progress: StepProgress,
): Promise<readonly string[]> {
  const { clock, signal } = context.deps;
  const wait = createWait(clock, kube);
  const kinds = (await kube.namespacedKinds()).filter(({ kind }) => kind !== "Event");
  const deadline = clock.elapsed() + emptyWithinMs;
  const removed = new Removed();
  for (;;) {
    const found = await lookAt(kube, kinds, namespace);
    const left = found.filter((object) => !removed.isMadeAnew(object));
    if (left.length === 0) break;
    const back = left.filter((object) => removed.isBackAgain(object));
    if (back.length > 0) return back.map(nameOf);
    const going = ownersOf(left);
    progress.detail(`removing ${going.map(nameOf).join(", ")}`);
    await fewAtOnce(going, (object) => removeObject(kube, object));
    removed.add(going);
    const waited = await wait({
      observe: async () => {
        const now = await lookAt(kube, kindsOf(going), namespace);
        const value = going.filter((object) => !isSettled(object, now));
        return { done: value.length === 0, value };
      },
      watch: kindsOf(going),
      namespace,
      withinMs: deadline - clock.elapsed(),
      signal,
    });
    if (!waited.done) return waited.value.map(nameOf);
  }
  await kube.removeAll("Event", namespace);
  return [];
}

async function lookAt(
  kube: Kube,
  kinds: readonly KindRef[],
  namespace: string,
): Promise<readonly KubeObject[]> {
  const lists = await fewAtOnce(kinds, (kind) => kube.list(kind, { namespace }));
  return lists.flat().filter((object) => !isLabQuota(object));
}

/**
 * Those that belong to no other one of them: an EndpointSlice that is deleted before its Service is made anew. What
 * they own goes with them, or is removed by name once they are gone.
 */
function ownersOf(objects: readonly KubeObject[]): readonly KubeObject[] {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  const services = new Set(
    objects.filter(({ kind }) => kind === "Service").map(({ metadata }) => metadata.name),
  );
  const owners = objects.filter(({ kind, metadata }) => {
    if (kind === "Endpoints" && services.has(metadata.name)) return false;
    return !metadata.ownerReferences?.some(({ uid }) => uids.has(uid));
  });
  return owners.length > 0 ? owners : objects;
}

async function removeObject(kube: Kube, { apiVersion, kind, metadata }: KubeObject): Promise<void> {
  const { name, namespace = "", deletionTimestamp } = metadata;
  const ref = { apiVersion, kind, name, namespace };
  if (kind === "Pod") await kube.remove(ref, { graceSeconds: 0 });
  else if (deletionTimestamp === undefined) await kube.remove(ref);
}

/** Gone; what Kubernetes provides has to be there again, too, as another object. */
function isSettled(object: KubeObject, now: readonly KubeObject[]): boolean {
  const same = now.filter((other) => keyOf(other) === keyOf(object));
  if (same.some(({ metadata }) => metadata.uid === object.metadata.uid)) return false;
  return same.length > 0 || !provided.includes(nameOf(object));
}

/** What was removed, under its name, by UID. */
class Removed {
  readonly #uids = new Map<string, Set<string | undefined>>();

  add(objects: readonly KubeObject[]): void {
    for (const object of objects) {
      const uids = this.#uids.get(keyOf(object)) ?? new Set();
      this.#uids.set(keyOf(object), uids.add(object.metadata.uid));
    }
  }

  isMadeAnew(object: KubeObject): boolean {
    const uids = this.#uids.get(keyOf(object));
    return uids !== undefined && provided.includes(nameOf(object)) && !uids.has(object.metadata.uid);
  }

  isBackAgain(object: KubeObject): boolean {
    const uids = this.#uids.get(keyOf(object));
    return uids !== undefined && uids.size >= removals && !uids.has(object.metadata.uid);
  }
}

function kindsOf(objects: readonly KubeObject[]): readonly KindRef[] {
  const kinds = objects.map(
    ({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }] as const,
  );
  return [...new Map(kinds).values()];
}

/** Names one object of a namespace; a custom kind may be called like one of Kubernetes' own. */
function keyOf(object: KubeObject): string {
  return `${object.apiVersion} ${nameOf(object)}`;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
