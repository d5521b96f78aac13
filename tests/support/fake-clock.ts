import type { Clock, Deadline } from "../../src/clock.ts";

/** Time that passes only by sleeping, and at once. */
export class FakeClock implements Clock {
  private ms: number;
  private setBy = 0;
  private readonly deadlines = new Map<AbortController, { readonly at: number; readonly reason: Error }>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.ms = start;
  }

  now(): number {
    return this.ms + this.setBy;
  }

  elapsed(): number {
    return this.ms;
  }

  /** As if somebody set it. */
  set(byMs: number): void {
    this.setBy += byMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.ms += ms;
    for (const [late, { at, reason }] of this.deadlines) if (at <= this.ms) late.abort(reason);
    return Promise.resolve();
  }

  deadline(ms: number, reason: Error): Deadline {
    const late = new AbortController();
    this.deadlines.set(late, { at: this.ms + ms, reason });
    return { signal: late.signal, [Symbol.dispose]: () => void this.deadlines.delete(late) };
  }
}
