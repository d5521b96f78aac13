import { EnvironmentError } from "../errors.ts";
import type { OnDetail } from "./docker.ts";

interface TransferEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: { readonly Digest?: string };
}

/**
 * Reads the events of a pull or a push to their end, telling how far all layers together are.
 * @param failure message and hint of the error when the engine reports one.
 * @returns the manifest's digest where the engine tells it (a push does).
 */
export async function followTransfer(
  events: AsyncIterable<unknown>,
  failure: { readonly message: string; readonly hint: string },
  onDetail: OnDetail,
): Promise<string | undefined> {
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  let digest: string | undefined;
  for await (const event of events as AsyncIterable<TransferEvent>) {
    if (event.error !== undefined) throw new EnvironmentError({ ...failure, lastSeen: event.error });
    digest = event.aux?.Digest ?? digest;
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
