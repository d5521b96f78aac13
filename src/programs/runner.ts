import type { CleanUps } from "../clean-ups.ts";
import { podCause } from "../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { Wait } from "../wait.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import { confirmOwn, createOwn, requireOwn, type MadeObject } from "../kube/made-object.ts";
import type { KubeObject } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { runnerAccess, runnerPod, type RunnerPlace, type RunnerWanted } from "./runner-pod.ts";

/** A pod of labctl's own that programs are run in. */
export interface Runner {
  readonly namespace: string;
  readonly name: string;
}

/** The pods of one check run: each is made when it is first needed, and used again by what needs the same. */
export interface Runners extends AsyncDisposable {
  /**
   * A pod that is ready, and still the one that labctl made.
   * @throws EnvironmentError when it does not become Ready, or somebody has changed it.
   */
  open(wanted: RunnerWanted): Promise<Runner>;
  /**
   * What was said in it counts only if it is still the one that labctl made.
   * @throws EnvironmentError when it is not, or is gone.
   */
  confirm(runner: Runner): Promise<void>;
  /** Removes it, with whatever runs in it. */
  discard(runner: Runner): Promise<void>;
  /** Why it can run nothing any more, in a sentence; undefined when nothing is wrong with it. */
  trouble(runner: Runner): Promise<string | undefined>;
}

export interface RunnersParts {
  readonly kube: Kube;
  readonly wait: Wait;
  /** The lab's. */
  readonly namespace: string;
  /** By reference; see `LookContext.imageDigests`. */
  readonly imageDigests: Readonly<Record<string, string>>;
  /** A fresh random word. */
  readonly word: () => string;
  readonly signal: AbortSignal;
  readonly cleanUps: CleanUps;
}

/** Milliseconds for an image of half a gigabyte that a node does not have yet. */
const readyWithinMs = 180_000;

export function createRunners(parts: RunnersParts): Runners {
  const made = new Map<string, Promise<Made>>();
  const closed = Promise.withResolvers<undefined>();
  let isHeld = false;
  const discard = async (each: Made): Promise<void> => {
    for (const [key, promise] of made) if ((await promise.catch(() => undefined)) === each) made.delete(key);
    await remove(parts.kube, each);
  };
  const find = async (runner: Runner): Promise<Made | undefined> => {
    const all = await Promise.all([...made.values()].map((promise) => promise.catch(() => undefined)));
    return all.find((each) => each?.name === runner.name);
  };
  const open = async (wanted: RunnerWanted): Promise<Made> => {
    const key = JSON.stringify([wanted.image, wanted.memory, wanted.claim, wanted.api]);
    const before = made.get(key);
    if (before) {
      const each = await before;
      if (await isUsable(parts, each)) return each;
      await discard(each);
    }
    // An interrupted labctl waits until they are removed.
    if (!isHeld) void parts.cleanUps.during(() => closed.promise);
    isHeld = true;
    const promise = make(parts, wanted);
    made.set(key, promise);
    promise.catch(() => made.delete(key));
    return promise;
  };
  return {
    open,
    confirm: async (runner) => {
      const each = await find(runner);
      if (each) await confirmOwn(parts.kube, "Pod", each);
      else throw discarded(runner);
    },
    discard: async (runner) => {
      const each = await find(runner);
      if (each) await discard(each);
    },
    trouble: async (runner) => {
      const pod = await parts.kube.read({ kind: "Pod", namespace: runner.namespace, name: runner.name });
      if (!pod) return `Its pod ${runner.name} is gone.`;
      return isReady(pod) && isLive(pod) ? undefined : (await podCause(parts, pod)).message;
    },
    async [Symbol.asyncDispose]() {
      const removals = [...made.values()].map(async (promise) => {
        const each = await promise.catch(() => undefined);
        if (each) await remove(parts.kube, each);
      });
      const ends = await Promise.allSettled(removals);
      closed.resolve(undefined);
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    },
  };
}

interface Made extends Runner, MadeObject {
  /** All that was made, the pod among it. */
  readonly objects: readonly KubeObject[];
}

async function make(parts: RunnersParts, wanted: RunnerWanted): Promise<Made> {
  const { kube, signal } = parts;
  const digest = parts.imageDigests[wanted.image];
  if (digest === undefined) throw unknownImage(wanted.image);
  const place: RunnerPlace = {
    name: `labctl-program-${parts.word()}`,
    namespace: wanted.claim ? parts.namespace : systemNamespace,
    lab: parts.namespace,
    digest,
  };
  const sent = runnerPod(wanted, place);
  const access = wanted.api ? runnerAccess(wanted.api, place) : [];
  const objects = [...access, sent];
  const { name, namespace } = place;
  try {
    for (const object of access) await kube.create(object);
    const each: Made = { name, namespace, ...(await createOwn(kube, sent)), objects };
    await becomesReady(parts, each);
    signal.throwIfAborted();
    return each;
  } catch (error) {
    await remove(kube, { objects });
    throw error;
  }
}

async function becomesReady(parts: RunnersParts, each: Made): Promise<void> {
  const { namespace, name } = each;
  const { value } = await parts.wait({
    observe: async () => {
      const pod = await parts.kube.read({ kind: "Pod", namespace, name });
      return { done: pod === undefined || !isLive(pod) || isReady(pod), value: pod };
    },
    watch: ["Pod"],
    namespace,
    withinMs: readyWithinMs,
    signal: parts.signal,
  });
  if (value && isLive(value) && isReady(value)) {
    requireOwn(value, each);
    return;
  }
  const seen = value ? (await podCause(parts, value)).message : "It is gone.";
  throw new EnvironmentError({
    message: `labctl's own pod ${name}, in which a program of the lab is to run, does not become Ready. ${seen}`,
    lastSeen: seen,
    hint: `Is there room for one more pod? kubectl describe nodes; then check again`,
  });
}

/** Whether a pod that was made before can still be used; one that is gone is made anew. */
async function isUsable({ kube }: RunnersParts, each: Made): Promise<boolean> {
  const pod = await kube.read({ kind: "Pod", namespace: each.namespace, name: each.name });
  if (!pod || !isLive(pod) || !isReady(pod)) return false;
  requireOwn(pod, each);
  return true;
}

async function remove(kube: Kube, { objects }: Pick<Made, "objects">): Promise<void> {
  for (const { apiVersion, kind, metadata } of objects.toReversed()) {
    const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
    await kube.remove({ apiVersion, kind, name: metadata.name, ...place }, { graceSeconds: 0 });
  }
}

function discarded({ name }: Runner): EnvironmentError {
  return new EnvironmentError({
    message: `labctl's own pod ${name} was given up while a program of the lab still ran in it.`,
    hint: "Check again.",
  });
}

function unknownImage(image: string): EnvironmentError {
  return new EnvironmentError({
    message: `The lab registry's digest of ${image}, in which a program of the lab is to run, is not known.`,
    hint: "labctl start <lab>, or: labctl up",
  });
}
