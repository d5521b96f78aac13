import { readReleases } from "../helm/read-releases.ts";
import { objectsOf } from "../helm/release.ts";
import type { Kube } from "../kube/kube.ts";
import type { LabState, MadeObject } from "../records/state.ts";

type Made = NonNullable<LabState["releases"]>;

/** What each Helm release of a namespace has made and what is live of it, for the state of a lab that was just started. */
export async function recordReleases(kube: Kube, namespace: string): Promise<Made> {
  const made: Record<string, readonly MadeObject[]> = {};
  // The oldest revision comes first, so that the latest one's objects are what stays.
  for (const release of await readReleases(kube, { namespace })) {
    const live = objectsOf(release).map(async ({ apiVersion, kind, metadata }) => {
      const ref = { apiVersion, kind, name: metadata.name };
      const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
      const found = await kube.read({ ...ref, namespace, ...place });
      return found?.metadata.uid === undefined ? [] : [{ ...ref, ...place, uid: found.metadata.uid }];
    });
    made[release.name] = (await Promise.all(live)).flat();
  }
  return made;
}
