import { setTimeout as sleep } from "node:timers/promises";
import { Watch } from "@kubernetes/client-node";
import { z } from "zod";
import { parseAnswer, send } from "./api-answer.ts";
import type { ApiClient } from "./api-client.ts";
import { listQuery, type FindPath } from "./api-paths.ts";
import type { KindRef, ListOptions } from "./kube.ts";

export interface WatchOptions {
  readonly client: ApiClient;
  readonly findPath: FindPath;
  readonly kind: KindRef;
  readonly options: ListOptions;
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

/** A list, as far as a watch goes on from it. */
const versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/** Milliseconds between two tries while the API server does not let itself be watched. */
const retryMs = 1000;

/**
 * Watches until aborted. Each round begins with a list, so that nothing between two watches is lost, and a watch ends
 * after half a minute of silence by itself. Trouble is not told: who waits looks by himself at times, and learns it then.
 */
export async function watchKind(watching: WatchOptions): Promise<void> {
  const { signal } = watching;
  while (!signal.aborted) {
    try {
      await watchOnce(watching);
    } catch {
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function watchOnce({ client, findPath, kind, options, onChange, signal }: WatchOptions): Promise<void> {
  const path = (await findPath(kind))?.collection(options.namespace);
  if (path === undefined) throw new Error(`no kind ${kind.kind} to watch`);
  const query = listQuery(options);
  const first = `${path}${query}${query === "" ? "?" : "&"}limit=1`;
  const doing = `watch ${kind.kind} objects`;
  const listed = await send(client, { method: "GET", path: first }, doing);
  const { resourceVersion } = parseAnswer(versioned, listed.body, doing).metadata;
  if (signal.aborted) return;
  onChange();
  await untilClosed({ client, path, signal, onChange, options, resourceVersion });
}

interface OpenWatch extends Pick<WatchOptions, "client" | "signal" | "onChange" | "options"> {
  readonly path: string;
  readonly resourceVersion: string;
}

async function untilClosed({
  client,
  path,
  signal,
  onChange,
  options,
  resourceVersion,
}: OpenWatch): Promise<void> {
  const { labelSelector, fieldSelector } = options;
  const query = { resourceVersion, labelSelector, fieldSelector };
  const closed = Promise.withResolvers<undefined>();
  const controller = await new Watch(client.config).watch(path, query, onChange, (error: unknown) => {
    if (error === null || error === undefined) closed.resolve(undefined);
    else closed.reject(error instanceof Error ? error : new Error("the watch failed", { cause: error }));
  });
  const abort = (): void => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    await closed.promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
