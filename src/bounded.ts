import { setTimeout as sleep } from "node:timers/promises";
import { EnvironmentError } from "./errors.ts";

export const mebibyte = 1024 * 1024;

/** Bytes of a page's body, of a log, of what a command writes: more than a person reads, and little to hold. */
export const maxTextBytes = mebibyte;

/** Whom labctl listens to, for the sentences of an error. */
export interface Speaker {
  /** Begins a sentence: "The API server at https://127.0.0.1:6443". */
  readonly name: string;
  /** What to do where it says too much, or takes too long. */
  readonly hint: string;
}

/** Somebody said more than is read. */
export class TooMuchError extends EnvironmentError {}

/** Somebody took longer than is waited for. */
export class TooLateError extends EnvironmentError {}

export function tooMuch({ name, hint }: Speaker, { maxBytes, seen }: Record<"maxBytes" | "seen", number>) {
  return new TooMuchError({
    message: `${name} sent more than the ${formatBytes(maxBytes)} that labctl reads.`,
    lastSeen: `${String(seen)} bytes had come, and more was to come`,
    hint,
  });
}

/** @param seen what there was until then: "12 bytes had come". */
export function tooLate({ name, hint }: Speaker, ms: number, seen: string): TooLateError {
  return new TooLateError({
    message: `${name} was not done within ${String(ms / 1000)} s.`,
    lastSeen: seen,
    hint,
  });
}

/**
 * What a stream carries, to its end.
 * @throws TooMuchError at once when it is more than `maxBytes`; the stream is destroyed then.
 */
export async function readBounded(
  stream: AsyncIterable<Uint8Array>,
  { maxBytes, ...speaker }: Speaker & { readonly maxBytes: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let seen = 0;
  for await (const chunk of stream) {
    seen += chunk.length;
    if (seen > maxBytes) throw tooMuch(speaker, { maxBytes, seen });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What a work comes to, unless it takes longer. @param late the error then; ends the work, where it can be ended. */
export async function withinMs<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  const over = new AbortController();
  const deadline = sleep(ms, undefined, { signal: over.signal }).then((): never => {
    throw late();
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    over.abort();
    deadline.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** `4 MiB` where it is just that, else bytes. */
export function formatBytes(bytes: number): string {
  return bytes % mebibyte === 0 ? `${String(bytes / mebibyte)} MiB` : `${String(bytes)} bytes`;
}
