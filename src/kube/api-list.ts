import { z } from "zod";
import { mebibyte, TooMuchError } from "../bounded.ts";
import { parseAnswer, send } from "./api-answer.ts";
import type { ApiClient } from "./api-client.ts";
import type { KubeObject } from "./objects.ts";

/** Objects in one answer, as kubectl asks for them: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
const pageSize = 500;
/** Where so many are too much for one answer: an object has 1.5 MiB at most, which is what etcd takes. */
const smallPageSize = 20;
/** 150,000 objects, which is more pods than Kubernetes is made for: https://kubernetes.io/docs/setup/best-practices/cluster-large/ */
const maxPages = 300;
/** Characters of all pages: ten thousand pods. Parsed, the worst of them take ten times that of labctl's memory. */
const maxLength = 64 * mebibyte;
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

/**
 * All objects of a collection, page by page; none where there is no such collection.
 * @throws TooMuchError when they are more than 150,000, or more than 64 MiB.
 */
export async function listAll(listing: Listing): Promise<readonly KubeObject[]> {
  try {
    return await listBy(pageSize, listing);
  } catch (error) {
    if (!(error instanceof TooMuchError) || error instanceof TooManyError) throw error;
    return listBy(smallPageSize, listing);
  }
}

/** Smaller pages make no fewer of them. */
class TooManyError extends TooMuchError {}

async function listBy(limit: number, listing: Listing): Promise<readonly KubeObject[]> {
  for (let begun = 1; ; begun++) {
    const found = await readPages({ ...listing, limit, mayBeginAnew: begun < maxBegun });
    if (found) return found;
  }
}

interface Reading extends Listing {
  /** Objects in a page. */
  readonly limit: number;
  readonly mayBeginAnew: boolean;
}

/** @returns undefined where it has to be begun anew. */
async function readPages(reading: Reading): Promise<KubeObject[] | undefined> {
  const { kind, path } = reading;
  const found: KubeObject[] = [];
  let token: string | undefined;
  let length = 0;
  for (let pages = 1; pages <= maxPages && length <= maxLength; pages++) {
    const answer = await readPage(reading, token);
    if (answer === "absent") return [];
    if (answer === "gone") return undefined;
    // A list's items carry neither: https://github.com/kubernetes/kubernetes/issues/3030
    const { apiVersion } = answer.page;
    for (const item of answer.page.items) found.push({ ...item, apiVersion, kind } as KubeObject);
    token = answer.page.metadata.continue;
    if (token === undefined || token === "") return found;
    length += answer.length;
  }
  throw new TooManyError({
    message: `There are more ${kind} objects than labctl reads.`,
    lastSeen: `${path}: ${String(found.length)} objects with ${String(length)} characters had come, and more was to come`,
    hint: "Whose are they? kubectl get namespaces",
  });
}

async function readPage(
  { client, kind, path, limit, mayBeginAnew }: Reading,
  token: string | undefined,
): Promise<{ readonly page: Page; readonly length: number } | "absent" | "gone"> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(token !== undefined && { continue: token }),
  });
  const whole = `${path}${path.includes("?") ? "&" : "?"}${query.toString()}`;
  const doing = `list ${kind} objects`;
  const allowed = token !== undefined && mayBeginAnew ? [404, 410] : [404];
  const { status, body } = await send(client, { method: "GET", path: whole }, doing, ...allowed);
  if (status === 404) return "absent";
  // What the list was begun with is kept for some minutes alone.
  if (status === 410) return "gone";
  return { page: parseAnswer(page, body, doing), length: body.length };
}

function isItem(item: unknown): item is Item {
  const { metadata } = (item ?? {}) as { readonly metadata?: { readonly name?: unknown } };
  return typeof metadata?.name === "string";
}
