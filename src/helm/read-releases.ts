import type { KubeReads } from "../kube/kube.ts";
import { parseRelease, type Release } from "./release.ts";

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

/** All revisions that Helm still remembers, the oldest first. */
export async function readReleases(
  kube: KubeReads,
  { namespace, name }: ReleaseRef,
): Promise<readonly StoredRelease[]> {
  const secrets = await kube.list("Secret", {
    ...(namespace === undefined ? {} : { namespace }),
    labelSelector: name === undefined ? "owner=helm" : `owner=helm,name=${name}`,
  });
  const releases = secrets.flatMap(({ type, data, metadata }) => {
    const release = type === "helm.sh/release.v1" ? parseRelease(data?.["release"] ?? "") : undefined;
    return release ? [{ ...release, namespace: metadata.namespace ?? "" }] : [];
  });
  return releases.sort((a, b) => a.revision - b.revision);
}
