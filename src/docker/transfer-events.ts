import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import type { OnDetail } from "./docker.ts";

/** What else there may be says nothing of the transfer. */
const transferEvent = z
  .object({
    id: z.string().optional(),
    status: z.string().optional(),
    error: z.string().optional(),
    progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
    aux: z.object({ Digest: z.string().optional() }).optional(),
  })
  .catch({});

/**
 * Reads the events of a pull or a push to their end, telling how far all layers together are.
 * @param failure message and hint of the error when the engine reports one.
 * @returns the manifest's digest where the engine tells it: in a push as a fact, in a pull as talk.
 */
export async function followTransfer(
  events: AsyncIterable<unknown>,
  failure: { readonly message: string; readonly hint: string },
  onDetail: OnDetail,
): Promise<string | undefined> {
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  let digest: string | undefined;
  for await (const told of events) {
    const event = transferEvent.parse(told);
    if (event.error !== undefined) throw new EnvironmentError({ ...failure, lastSeen: event.error });
    digest = event.aux?.Digest ?? /^Digest: (sha256:[0-9a-f]{64})$/.exec(event.status ?? "")?.[1] ?? digest;
    const { current, total } = event.progressDetail ?? {};
    if (event.id === undefined || current === undefined || total === undefined) continue;
    layers.set(event.id, { current: Math.min(current, total), total });
    onDetail(howFar([...layers.values()]));
  }
  return digest;
}

function howFar(layers: readonly { readonly current: number; readonly total: number }[]): string {
  const megabytes = (key: "current" | "total"): string =>
    (layers.reduce((sum, layer) => sum + layer[key], 0) / 1_000_000).toFixed(0);
  return `${megabytes("current")} of ${megabytes("total")} MB`;
}
