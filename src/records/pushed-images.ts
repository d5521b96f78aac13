/** Digests of the images that labctl pushed, noted in the cluster: a tag can be pushed anew by anyone, this cannot. */
import type { Kube } from "../kube/kube.ts";
import type { PushedImage } from "../oci/pushed-image.ts";
import { systemNamespace } from "./system-namespace.ts";

const name = "pushed-images";
const key = "digests.json";

/** By reference: `localhost:5001/nginx:1.22.1` → `sha256:…`; empty before anything was pushed. */
export async function readPushedImages(kube: Kube): Promise<Readonly<Record<string, string>>> {
  const stored = await kube.read({ kind: "ConfigMap", name, namespace: systemNamespace });
  return JSON.parse(stored?.data?.[key] ?? "{}") as Record<string, string>;
}

/** Adds to what is noted; writes nothing where nothing differs. */
export async function recordPushedImages(kube: Kube, pushed: readonly PushedImage[]): Promise<void> {
  const before = await readPushedImages(kube);
  const fresh = pushed.filter(({ reference, digest }) => before[reference] !== digest);
  if (fresh.length === 0) return;
  const labels = { "app.kubernetes.io/managed-by": "labctl" };
  await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: systemNamespace, labels } });
  const digests = {
    ...before,
    ...Object.fromEntries(fresh.map(({ reference, digest }) => [reference, digest])),
  };
  await kube.apply({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: systemNamespace, labels },
    data: { [key]: JSON.stringify(digests) },
  });
}
