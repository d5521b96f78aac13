import type { EnvironmentError } from "../../errors.ts";
import { confirmOwn, createOwn, lost, readOwn, refOf } from "../../kube/made-object.ts";
import type { KnownKinds, KubeObject } from "../../kube/objects.ts";
import { ownLabels } from "../../probe/own-objects.ts";
import type { ActContext } from "../check.ts";

interface OwnObjectRun<Kind extends "Pod" | "Job"> {
  readonly kind: Kind;
  /** What it is called has a fresh word behind it. */
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly spec: object;
  /** Ends the wait. */
  readonly until: (object: KnownKinds[Kind]) => boolean;
  readonly withinSeconds: number;
  /** What a wait that did not end comes to, for the object of this name: undefined has it looked at all the same. */
  readonly late: (name: string) => EnvironmentError | undefined;
}

const apiVersions = { Pod: "v1", Job: "batch/v1" } as const;

/**
 * Makes a pod or a Job of labctl's own, waits, looks, and removes it whatever happens.
 * @throws EnvironmentError when it cannot be made, is changed or replaced, or is taken away while it is looked at.
 */
export async function withOwnObject<Kind extends "Pod" | "Job", T>(
  context: ActContext,
  run: OwnObjectRun<Kind>,
  look: (object: KnownKinds[Kind]) => T | Promise<T>,
): Promise<T> {
  const { kube, wait, signal } = context;
  const { kind, namespace, withinSeconds } = run;
  const made = await createOwn(kube, objectOf(run, context));
  try {
    const { done, value } = await wait<KnownKinds[Kind] | undefined>({
      observe: async () => {
        const object = await readOwn(kube, kind, made);
        return { done: object === undefined || run.until(object), value: object };
      },
      watch: [kind],
      namespace,
      withinMs: withinSeconds * 1000,
      signal,
    });
    if (!value) throw lost(made.sent);
    const late = done ? undefined : run.late(made.sent.metadata.name);
    if (late) throw late;
    const looked = await look(value);
    await confirmOwn(kube, kind, made);
    return looked;
  } finally {
    await kube.remove(refOf(made.sent), { graceSeconds: 0 });
  }
}

/** A label holds no more. */
const longestName = 63;

function objectOf<Kind extends "Pod" | "Job">(run: OwnObjectRun<Kind>, context: ActContext): KubeObject {
  const { kind, namespace, annotations = {}, spec } = run;
  const word = `-${context.nonce()}`;
  const name = run.name.slice(0, longestName - word.length) + word;
  const labels = { ...run.labels, ...ownLabels(context.namespace) };
  return { apiVersion: apiVersions[kind], kind, metadata: { name, namespace, labels, annotations }, spec };
}
