import { z } from "zod";
import { parseAnswer, send } from "./api-answer.ts";
import type { ApiClient } from "./api-client.ts";
import { fewAtOnce } from "./few-at-once.ts";
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

/** What the API server says of itself: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
export interface Discovery {
  readonly findPath: FindPath;
  /** As in the contract of Kube. */
  readonly namespacedKinds: () => Promise<readonly KindRef[]>;
}

const resourceList = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      namespaced: z.boolean(),
      verbs: z.array(z.string()).default([]),
    }),
  ),
});

type ApiResource = z.infer<typeof resourceList>["resources"][number];

/** For paths, each API version is asked once; one that lacks the kind is asked again, since a CRD may bring it. */
export function createDiscovery(client: ApiClient): Discovery {
  const known = new Map<string, readonly ApiResource[]>();
  const ask = async (apiVersion: string): Promise<readonly ApiResource[]> => {
    const resources = await discover(client, rootOf(apiVersion));
    known.set(apiVersion, resources);
    return resources;
  };
  return {
    findPath: async (ref) => {
      const apiVersion = apiVersionOf(ref);
      const find = (resources: readonly ApiResource[] | undefined) =>
        resources?.find(({ kind, name }) => kind === ref.kind && !name.includes("/"));
      const found = find(known.get(apiVersion)) ?? find(await ask(apiVersion));
      return found && toPath(rootOf(apiVersion), found);
    },
    namespacedKinds: async () => {
      const groups = await apiVersionsByGroup(client);
      const byGroup = await fewAtOnce(groups, (versions) => removableKinds(versions, ask));
      return byGroup.flat();
    },
  };
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

async function discover(client: ApiClient, root: string): Promise<readonly ApiResource[]> {
  const doing = `list the kinds of ${root}`;
  const { status, body } = await send(client, { method: "GET", path: root }, doing, 404);
  return status === 404 ? [] : parseAnswer(resourceList, body, doing).resources;
}

/**
 * Groups with nothing to remove: events have a core kind, and are asked for by that; pods' metrics are only looked at,
 * and who serves them may be on a node that was lost a moment ago.
 */
const groupsToSkip: readonly string[] = ["events.k8s.io", "metrics.k8s.io"];

const version = z.object({ groupVersion: z.string() });
const groupList = z.object({
  groups: z.array(z.object({ name: z.string(), versions: z.array(version), preferredVersion: version })),
});

/** The preferred version of each group first. The core group has one version, and is not in the list of groups. */
async function apiVersionsByGroup(client: ApiClient): Promise<readonly (readonly string[])[]> {
  const doing = "list the groups of its API";
  const { body } = await send(client, { method: "GET", path: "/apis" }, doing);
  const { groups } = parseAnswer(groupList, body, doing);
  const named = groups
    .filter(({ name }) => !groupsToSkip.includes(name))
    .map(({ preferredVersion, versions }) => {
      return [...new Set([preferredVersion, ...versions].map(({ groupVersion }) => groupVersion))];
    });
  return [["v1"], ...named];
}

/** A kind may be in a version alone that is not its group's preferred one. */
async function removableKinds(
  versions: readonly string[],
  ask: (apiVersion: string) => Promise<readonly ApiResource[]>,
): Promise<readonly KindRef[]> {
  const kinds = new Map<string, KindRef>();
  for (const apiVersion of versions) {
    const found = await ask(apiVersion);
    for (const { kind } of found.filter(isRemovable)) {
      if (!kinds.has(kind)) kinds.set(kind, { apiVersion, kind });
    }
  }
  return [...kinds.values()];
}

/** No subresource, and nothing that is only looked at (a pod's metrics) or only asked (an access review). */
function isRemovable({ name, namespaced, verbs }: ApiResource): boolean {
  return namespaced && !name.includes("/") && verbs.includes("list") && verbs.includes("delete");
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
