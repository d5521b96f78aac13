import type { Clock } from "../../src/clock.ts";

/** Time that passes only by sleeping, and at once. */
export class FakeClock implements Clock {
  private ms: number;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.ms = start;
  }

  now(): number {
    return this.ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.ms += ms;
    return Promise.resolve();
  }
}
