import { LabctlError } from "../errors.ts";
import type { Progress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";
import { verifyLab, type Verification } from "./verify-lab.ts";

export interface VerifyOptions {
  readonly runs: readonly LabRun[];
  readonly cases: boolean;
  /** How many labs at the same time. */
  readonly parallel: number;
  readonly progressOf: (run: LabRun) => Progress;
}

/**
 * Proves labs side by side, each in its own namespace; those that disturb nodes come afterwards, one by one.
 * @returns in the order of the runs, whatever was done first. What could not be looked at is in `outage`.
 */
export async function verifyLabs(options: VerifyOptions): Promise<readonly Verification[]> {
  const { runs, parallel } = options;
  const done = new Map<LabRun, Verification>();
  const prove = async (run: LabRun): Promise<void> => void done.set(run, await proveOne(run, options));
  await inTurns(
    runs.filter(({ lab }) => !lab.alone),
    parallel,
    prove,
  );
  await inTurns(
    runs.filter(({ lab }) => lab.alone),
    1,
    prove,
  );
  return runs.flatMap((run) => done.get(run) ?? []);
}

/** Takes the next one as soon as one of `atOnce` is done. */
async function inTurns<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}

/** One lab that could not be looked at does not take the proof of the others along. */
async function proveOne(
  run: LabRun,
  { cases, progressOf }: Pick<VerifyOptions, "cases" | "progressOf">,
): Promise<Verification> {
  const { deps } = run.context;
  const progress = progressOf(run);
  const own: LabRun = { ...run, context: { ...run.context, deps: { ...deps, progress } } };
  const started = deps.clock.now();
  try {
    return await deps.exclusive(() => verifyLab(own, { progress, cases }), run.namespace);
  } catch (error) {
    if (!(error instanceof LabctlError)) throw error;
    const none = { good: 0, of: 0 };
    return {
      lab: run.lab.id,
      exercises: run.lab.exercises.length,
      durationMs: deps.clock.now() - started,
      wrongRefused: none,
      rightAccepted: none,
      problems: [[error.message, error.lastSeen, error.hint].filter(Boolean).join(" ")],
      outage: true,
    };
  }
}
