/** Time that somebody has; disposed of once they are done. */
export interface Deadline extends Disposable {
  /** Aborted, with the reason that was given, when it is over. */
  readonly signal: AbortSignal;
}

/** Time, passed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In `ms` milliseconds. */
  deadline(ms: number, reason: Error): Deadline;
}
