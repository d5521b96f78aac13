import type { FakeClock } from "./fake-clock.ts";

/** Does something as soon as so many milliseconds have passed on a fake clock: where a test plays a slow cluster. */
export function afterAWhile(clock: FakeClock, ms: number, work: () => void): void {
  const due = clock.now() + ms;
  const sleep = clock.sleep.bind(clock);
  let isDone = false;
  clock.sleep = async (span, signal) => {
    await sleep(span, signal);
    if (isDone || clock.now() < due) return;
    isDone = true;
    work();
  };
}
