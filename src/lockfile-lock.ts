import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { check, lock } from "proper-lockfile";
import type { Deps } from "./deps.ts";
import { EnvironmentError } from "./errors.ts";
import type { Progress } from "./terminal/progress.ts";

/** A labctl that was killed stops renewing its lock; after this long another takes it over. */
const staleMs = 5_000;
/** A cold build of Kubernetes and an ingress controller, and room: whoever waits longer waits for something stuck. */
const patienceSeconds = 1800;

/** One labctl at a time for each subject in each home: `<home>/lock`, `<home>/lab-services.lock`. */
export function createExclusive(home: string, progress: Progress): Deps["exclusive"] {
  return async (work, subject, signal) => {
    await mkdir(home, { recursive: true });
    const lockfilePath = pathOf(home, subject);
    const release = await acquire(lockfilePath, progress, signal);
    try {
      return await work();
    } finally {
      // `down --purge` removes the lock together with the folder that it is in.
      await release().catch(() => undefined);
    }
  };
}

/** Whether another labctl with this home works on a subject; one that was killed counts for a few seconds more. */
export function createIsBusy(home: string): Deps["isBusy"] {
  return (subject) => {
    const lockfilePath = pathOf(home, subject);
    return check(lockfilePath, { lockfilePath, realpath: false, stale: staleMs });
  };
}

function pathOf(home: string, subject: string | undefined): string {
  return join(home, subject === undefined ? "lock" : `${subject}.lock`);
}

async function acquire(
  lockfilePath: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<() => Promise<void>> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      // A lock that was lost while the machine slept is no reason to end work that converges anyway.
      // The library renews and releases by the first argument: one for each lock, or they end each other.
      return await lock(lockfilePath, {
        lockfilePath,
        realpath: false,
        stale: staleMs,
        update: staleMs / 2,
        onCompromised: () => undefined,
      });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ELOCKED") throw cause;
      if (attempt === 1) progress.note("Another labctl is at work; waiting for it.");
      if (attempt === patienceSeconds) throw busy(lockfilePath, cause);
      // An interrupt ends the waiting; the next look throws it.
      await sleep(1000, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}

function busy(lockfilePath: string, cause: unknown): EnvironmentError {
  return new EnvironmentError({
    message: "Another labctl is changing the cluster.",
    lastSeen: `it has held ${lockfilePath} for ${String(patienceSeconds / 60)} minutes`,
    hint: "Wait until it has ended, then run the command again.",
    cause,
  });
}
