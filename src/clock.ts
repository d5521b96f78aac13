/** Time that somebody has; disposed of once they are done. */
export interface Deadline extends Disposable {
  /** Aborted, with the reason that was given, when it is over. */
  readonly signal: AbortSignal;
}

/** When something began: for a date, and for how long it takes. */
export type Beginning = Readonly<Record<"at" | "elapsed", number>>;

export function beginning(clock: Clock): Beginning {
  return { at: clock.now(), elapsed: clock.elapsed() };
}

/** Time, passed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the epoch, by a clock that may be set while labctl runs: for dates, not for how long something took. */
  now(): number;
  /** Whole milliseconds since some moment; nobody sets it, and a machine that sleeps stops it. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In `ms` milliseconds. */
  deadline(ms: number, reason: Error): Deadline;
}
