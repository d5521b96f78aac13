import { EnvironmentError } from "../../errors.ts";
import type { ObjectRef } from "../../kube/kube.ts";
import type { KnownKinds, KubeObject } from "../../kube/objects.ts";
import { ownLabels } from "../../probe/own-objects.ts";
import type { ActContext } from "../check.ts";

interface OwnObjectRun<Kind extends "Pod" | "Job"> {
  readonly kind: Kind;
  /** Its name is fixed: what a killed labctl left is found by it, and removed before the next look. */
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly spec: object;
  /** Ends the wait. */
  readonly until: (object: KnownKinds[Kind]) => boolean;
  readonly withinSeconds: number;
}

/** A pod or a Job of labctl's own, as the wait left it. */
export interface Seen<Kind extends "Pod" | "Job"> {
  readonly done: boolean;
  readonly object: KnownKinds[Kind];
}

const apiVersions = { Pod: "v1", Job: "batch/v1" } as const;
/** Milliseconds until what was ended at once is gone. */
const goneWithinMs = 30_000;

/**
 * Makes a pod or a Job of labctl's own, waits, looks, and removes it whatever happens.
 * @throws EnvironmentError when it cannot be made, or is taken away while it is looked at.
 */
export async function withOwnObject<Kind extends "Pod" | "Job", T>(
  context: ActContext,
  run: OwnObjectRun<Kind>,
  look: (seen: Seen<Kind>) => T | Promise<T>,
): Promise<T> {
  const { kube, wait, signal } = context;
  const { kind, name, namespace, withinSeconds } = run;
  const ref = { kind, name, namespace };
  await removeLeftOver(context, ref);
  await kube.apply(objectOf(run, context.namespace));
  try {
    const { done, value } = await wait<KnownKinds[Kind] | undefined>({
      observe: async () => {
        const object = await kube.read<Kind>(ref);
        return { done: object === undefined || run.until(object), value: object };
      },
      watch: [kind],
      namespace,
      withinMs: withinSeconds * 1000,
      signal,
    });
    if (!value) throw lost(ref);
    return await look({ done, object: value });
  } finally {
    await kube.remove(ref, { graceSeconds: 0 });
  }
}

function objectOf<Kind extends "Pod" | "Job">(run: OwnObjectRun<Kind>, lab: string): KubeObject {
  const { kind, name, namespace, annotations = {}, spec } = run;
  const labels = { ...run.labels, ...ownLabels(lab) };
  return { apiVersion: apiVersions[kind], kind, metadata: { name, namespace, labels, annotations }, spec };
}

async function removeLeftOver({ kube, wait, signal }: ActContext, ref: ObjectRef): Promise<void> {
  if (!(await kube.read(ref))) return;
  await kube.remove(ref, { graceSeconds: 0 });
  await wait({
    observe: async () => {
      const value = await kube.read(ref);
      return { done: value === undefined, value };
    },
    watch: [ref.kind],
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    withinMs: goneWithinMs,
    signal,
  });
}

function lost({ kind, name, namespace }: ObjectRef): EnvironmentError {
  return new EnvironmentError({
    message: `labctl's own ${kind} ${name} was removed while it was needed.`,
    hint: `Check again; who removes it? kubectl -n ${namespace ?? "default"} get events`,
  });
}
