import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      // Node rejects with an AbortError of its own; the contract promises the signal's reason.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
