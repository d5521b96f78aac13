import { ConflictError } from "./errors.ts";
import type { Kube } from "./kube.ts";
import type { KnownKinds, ObjectMeta } from "./objects.ts";

/** Controllers write to the same objects, too. */
const attempts = 8;

/** A merge patch; its `metadata` without a version, which is added. */
export type Change = Readonly<Record<string, unknown>> & { readonly metadata?: Partial<ObjectMeta> };

interface Changing<K extends keyof KnownKinds> {
  readonly ref: { readonly kind: K; readonly name: string; readonly namespace?: string };
  /** What to write over what was read; undefined: nothing. */
  readonly change: (object: KnownKinds[K]) => Change | undefined;
}

/**
 * Reads, changes and writes an object, again where somebody else wrote in between: no write of theirs is lost, and
 * what was decided from it still holds when it is written.
 * @returns the object as it is now; undefined where there is none.
 */
export async function changeObject<K extends keyof KnownKinds>(
  kube: Kube,
  { ref, change }: Changing<K>,
): Promise<KnownKinds[K] | undefined> {
  for (let attempt = 1; ; attempt++) {
    const object = await kube.read<K>(ref);
    const patch = object && change(object);
    if (!patch) return object;
    const { resourceVersion } = object.metadata;
    const metadata = { ...patch.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    try {
      return (await kube.patch(ref, { ...patch, metadata })) as KnownKinds[K];
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
    }
  }
}
