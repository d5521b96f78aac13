import type { ApiClient } from "./api-client.ts";
import { refusal } from "./errors.ts";
import type { KindRef, ListOptions, ObjectRef } from "./kube.ts";
import { apiVersions } from "./objects.ts";

/** Where the API server keeps a kind. */
export interface ResourcePath {
  /** The path of one object. */
  object(ref: { readonly name: string; readonly namespace?: string | undefined }): string;
  /** The path of a namespace's objects, or of all. */
  collection(namespace?: string): string;
}

/** Finds a kind's path by discovery; undefined for a kind that the cluster does not know. */
export type FindPath = (kind: KindRef) => Promise<ResourcePath | undefined>;

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Asks each API group once; a group that is not there is asked again, since a CRD may bring it. */
export function createFindPath(client: ApiClient): FindPath {
  const known = new Map<string, readonly ApiResource[]>();
  return async (ref) => {
    const apiVersion = apiVersionOf(ref);
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const find = (resources: readonly ApiResource[] | undefined) =>
      resources?.find(({ kind, name }) => kind === ref.kind && !name.includes("/"));
    let found = find(known.get(apiVersion));
    if (!found) {
      const resources = await discover(client, root);
      known.set(apiVersion, resources);
      found = find(resources);
    }
    return found && toPath(root, found);
  };
}

async function discover(client: ApiClient, root: string): Promise<readonly ApiResource[]> {
  const { status, body } = await client.send({ method: "GET", path: root });
  if (status === 404) return [];
  if (status !== 200) throw refusal({ code: status, body, doing: `list the kinds of ${root}` });
  return (JSON.parse(body) as { resources: readonly ApiResource[] }).resources;
}

function apiVersionOf({ apiVersion, kind }: KindRef): string {
  const known: Readonly<Record<string, string | undefined>> = apiVersions;
  const found = apiVersion ?? known[kind];
  if (found === undefined) throw new Error(`The kind ${kind} needs an apiVersion.`);
  return found;
}

function toPath(root: string, { name, namespaced }: ApiResource): ResourcePath {
  const collection = (namespace?: string): string =>
    namespaced && namespace !== undefined ? `${root}/namespaces/${namespace}/${name}` : `${root}/${name}`;
  return {
    collection,
    object: (ref) => `${collection(namespaced ? (ref.namespace ?? "default") : undefined)}/${ref.name}`,
  };
}

export function listQuery({ labelSelector, fieldSelector }: ListOptions): string {
  const query = new URLSearchParams();
  if (labelSelector !== undefined) query.set("labelSelector", labelSelector);
  if (fieldSelector !== undefined) query.set("fieldSelector", fieldSelector);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** "Deployment web in namespace shop". */
export function nameRef({ kind, name, namespace }: ObjectRef): string {
  return `${kind} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}
