import type { Clock } from "./clock.ts";

/** A kind of objects, in its own API group where its name alone does not say which. */
type WatchedKind = string | { readonly apiVersion?: string; readonly kind: string };

/** Where a wait hears that something changed: a cluster's API server. */
export interface Watchable {
  watch(
    kinds: readonly WatchedKind[],
    options: { readonly namespace?: string | undefined },
    onChange: () => void,
    signal: AbortSignal,
  ): void;
}

export interface WaitOptions<T> {
  /** Looks once. `done` ends the wait; `value` is what is returned, done or not. */
  readonly observe: () => Promise<{ readonly done: boolean; readonly value: T }>;
  /** Kinds whose changes are a reason to look again. */
  readonly watch?: readonly WatchedKind[];
  readonly namespace?: string;
  /** Milliseconds until the last look. */
  readonly withinMs: number;
  /** Look at least this often, for what no watch tells (traffic, a port): 1000 ms by default. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** The last observation, and whether it was the wanted one. */
export interface Waited<T> {
  readonly done: boolean;
  readonly value: T;
  readonly tookMs: number;
}

/** The only poller: looks, then looks again when a watched kind changes or `everyMs` passed, until done or late. */
export type Wait = <T>(options: WaitOptions<T>) => Promise<Waited<T>>;

/** @param cluster where watches are opened; undefined before there is one. */
export function createWait(clock: Clock, cluster: Watchable | undefined): Wait {
  return async (options) => {
    const started = clock.elapsed();
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    let wake = (): void => undefined;
    let changed = false;
    const changedSince = (): boolean => changed;
    const onChange = (): void => {
      changed = true;
      wake();
    };
    if (cluster && options.watch)
      cluster.watch(options.watch, { namespace: options.namespace }, onChange, signal);
    try {
      for (;;) {
        options.signal?.throwIfAborted();
        changed = false;
        const seen = await options.observe();
        const tookMs = clock.elapsed() - started;
        if (seen.done || tookMs >= options.withinMs) return { ...seen, tookMs };
        if (changedSince()) continue;
        const pause = new AbortController();
        const woken = new Promise<void>((resolve) => (wake = resolve));
        const pauseMs = Math.min(options.everyMs ?? 1000, options.withinMs - tookMs);
        await Promise.race([
          woken,
          clock.sleep(pauseMs, AbortSignal.any([signal, pause.signal])).catch(() => undefined),
        ]);
        pause.abort();
      }
    } finally {
      stop.abort();
    }
  };
}
