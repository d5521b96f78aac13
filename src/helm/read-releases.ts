import type { KubeReads } from "../kube/kube.ts";
import { mebibyte, TooMuchError } from "../bounded.ts";
import { parseRelease, unpackRelease, type Release } from "./release.ts";

/** A revision, and where Helm keeps it. */
export interface StoredRelease extends Release {
  readonly namespace: string;
}

interface ReleaseRef {
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** Left out: all releases. */
  readonly name?: string;
}

/** Bytes of all revisions that are read at once: Helm keeps ten of a release, and a chart's is rarely half a mebibyte. */
const maxBytes = 32 * mebibyte;

/**
 * All revisions that Helm still remembers, the oldest first.
 * @throws TooMuchError where they are more than anybody's.
 */
export async function readReleases(
  kube: KubeReads,
  { namespace, name }: ReleaseRef,
): Promise<readonly StoredRelease[]> {
  const secrets = await kube.list("Secret", {
    ...(namespace === undefined ? {} : { namespace }),
    labelSelector: name === undefined ? "owner=helm" : `owner=helm,name=${name}`,
  });
  let left = maxBytes;
  const releases = secrets.flatMap(({ type, data, metadata }) => {
    if (type !== "helm.sh/release.v1") return [];
    const text = unpackRelease(data?.["release"] ?? "", { maxBytes, left }) ?? "";
    left -= text.length;
    const release = parseRelease(text);
    return release ? [{ ...release, namespace: metadata.namespace ?? "" }] : [];
  });
  return releases.sort((a, b) => a.revision - b.revision);
}

/** Whether Helm knows a release; nobody can tell of what is more than is read, which in a shared namespace anybody may write. */
export async function hasRelease(kube: KubeReads, ref: Required<ReleaseRef>): Promise<boolean> {
  try {
    return (await readReleases(kube, ref)).length > 0;
  } catch (error) {
    if (error instanceof TooMuchError) return false;
    throw error;
  }
}
