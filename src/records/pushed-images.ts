/** Digests of the images that labctl pushed, noted in the cluster: a tag can be pushed anew by anyone, this cannot. */
import { EnvironmentError } from "../errors.ts";
import { changeObject } from "../kube/change-object.ts";
import type { Kube, KubeReads } from "../kube/kube.ts";
import type { ConfigMap } from "../kube/objects.ts";
import type { PushedImage } from "../oci/pushed-image.ts";
import { parseJson } from "../parse-json.ts";
import { systemNamespace } from "./system-namespace.ts";

const ref = { kind: "ConfigMap", name: "pushed-images", namespace: systemNamespace } as const;
const key = "digests.json";

type Digests = Readonly<Record<string, string>>;

/**
 * By reference: `localhost:5001/nginx:1.22.1` → `sha256:…`; empty before anything was pushed.
 * @throws EnvironmentError when somebody has written there what cannot be read.
 */
export async function readPushedImages(kube: KubeReads): Promise<Digests> {
  const digests = await findPushedImages(kube);
  if (digests) return digests;
  throw new EnvironmentError({
    message: "What labctl noted of the images that it pushed cannot be read.",
    lastSeen: `ConfigMap ${ref.namespace}/${ref.name}: somebody has changed ${key}`,
    hint: "Have them noted anew: labctl up",
  });
}

/** As `readPushedImages`; undefined when somebody has written there what cannot be read. */
export async function findPushedImages(kube: KubeReads): Promise<Digests | undefined> {
  const stored = await kube.read(ref);
  return stored ? parse(stored) : {};
}

/** undefined: it is not as labctl writes it. */
function parse({ data }: ConfigMap): Digests | undefined {
  const content = data?.[key];
  if (content === undefined) return {};
  const digests = parseJson(content);
  return isDigests(digests) ? digests : undefined;
}

/** By hand: the probe needs it, and `labctl --help` must not wait for zod. */
function isDigests(value: unknown): value is Digests {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === "string" && each.startsWith("sha256:"));
}

/** Adds to what is noted, and takes the place of what cannot be read; writes nothing where nothing differs. */
export async function recordPushedImages(kube: Kube, pushed: readonly PushedImage[]): Promise<void> {
  if (pushed.length === 0) return;
  const fresh = Object.fromEntries(pushed.map(({ reference, digest }) => [reference, digest]));
  const change = (object: ConfigMap) => {
    const before = parse(object);
    const isNoted = before && pushed.every(({ reference, digest }) => before[reference] === digest);
    return isNoted ? undefined : { data: { [key]: JSON.stringify({ ...before, ...fresh }) } };
  };
  if (await changeObject(kube, { ref, change })) return;
  const labels = { "app.kubernetes.io/managed-by": "labctl" };
  await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: systemNamespace, labels } });
  const { kind, ...place } = ref;
  const data = { [key]: JSON.stringify(fresh) };
  await kube.create({ apiVersion: "v1", kind, metadata: { ...place, labels }, data });
}
