import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { parseAnswer, send } from "./api-answer.ts";
import type { ApiClient } from "./api-client.ts";
import type { KubeObject } from "./objects.ts";

/** Objects in one answer, as kubectl asks for them: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
const pageSize = 500;
/** 150,000 objects, which is more pods than Kubernetes is made for: https://kubernetes.io/docs/setup/best-practices/cluster-large/ */
const maxPages = 300;
/** How often a list is begun anew that took longer than the API server keeps what it was begun with. */
const maxBegun = 3;

type Item = Omit<KubeObject, "apiVersion" | "kind">;

const page = z.object({
  apiVersion: z.string().default(""),
  metadata: z.object({ continue: z.string().optional() }).default({}),
  items: z.array(z.custom<Item>(isItem, "an item without metadata.name")).default([]),
});

type Page = z.infer<typeof page>;

export interface Listing {
  readonly client: ApiClient;
  readonly kind: string;
  /** Of the collection, with the query of its selectors. */
  readonly path: string;
}

/** All objects of a collection, page by page; none where there is no such collection. */
export async function listAll(listing: Listing): Promise<readonly KubeObject[]> {
  for (let begun = 1; ; begun++) {
    const found = await readPages(listing, begun < maxBegun);
    if (found) return found;
  }
}

/** @returns undefined where it has to be begun anew. */
async function readPages(listing: Listing, mayBeginAnew: boolean): Promise<KubeObject[] | undefined> {
  const found: KubeObject[] = [];
  let token: string | undefined;
  for (let pages = 1; pages <= maxPages; pages++) {
    const answer = await readPage(listing, token, mayBeginAnew);
    if (answer === "absent") return [];
    if (answer === "gone") return undefined;
    // A list's items carry neither: https://github.com/kubernetes/kubernetes/issues/3030
    const { apiVersion } = answer;
    for (const item of answer.items) found.push({ ...item, apiVersion, kind: listing.kind } as KubeObject);
    token = answer.metadata.continue;
    if (token === undefined || token === "") return found;
  }
  throw new EnvironmentError({
    message: `There are more ${listing.kind} objects than the ${String(maxPages * pageSize)} that labctl reads.`,
    lastSeen: listing.path,
    hint: "kubectl get all --all-namespaces",
  });
}

async function readPage(
  { client, kind, path }: Listing,
  token: string | undefined,
  mayBeginAnew: boolean,
): Promise<Page | "absent" | "gone"> {
  const query = new URLSearchParams({
    limit: String(pageSize),
    ...(token !== undefined && { continue: token }),
  });
  const whole = `${path}${path.includes("?") ? "&" : "?"}${query.toString()}`;
  const doing = `list ${kind} objects`;
  const allowed = token !== undefined && mayBeginAnew ? [404, 410] : [404];
  const { status, body } = await send(client, { method: "GET", path: whole }, doing, ...allowed);
  if (status === 404) return "absent";
  // What the list was begun with is kept for some minutes alone.
  if (status === 410) return "gone";
  return parseAnswer(page, body, doing);
}

function isItem(item: unknown): item is Item {
  const { metadata } = (item ?? {}) as { readonly metadata?: { readonly name?: unknown } };
  return typeof metadata?.name === "string";
}
