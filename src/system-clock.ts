import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** Beyond that, timers are over at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const longestMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Math.round(performance.now()),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      // Node rejects with an AbortError of its own; the contract promises the signal's reason.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
  deadline(ms, reason) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(reason), Math.min(ms, longestMs));
    return { signal: late.signal, [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
