import { programsIn, type CheckSpec } from "../checks/index.ts";
import { EnvironmentError } from "../errors.ts";
import { programLimit } from "../programs/program-fields.ts";
import { formatDuration } from "../terminal/duration.ts";

export type Phase = "checks" | "experiment";

/**
 * Milliseconds for an exercise's plain checks, which read, ask and compare: those of the largest lab take some seconds,
 * and each request has a deadline of its own.
 */
const checksMs = 5 * 60_000;
/**
 * Milliseconds for its experiments: a node that is lost is away for six minutes until Kubernetes gives its pods up, a
 * rollout is given up after ten, and the images of labctl's own pods may have to be pulled.
 */
const experimentMs = 20 * 60_000;

/** How long an exercise may take in a phase: what its programs may take, as lab.yaml has it, comes on top of that. */
export function exerciseLimit(phase: Phase, checks: readonly CheckSpec[]): number {
  if (phase === "checks") return checksMs;
  const programs = checks.flatMap((spec) => programsIn(spec));
  return programs.reduce((sum, { value }) => sum + programLimit(value), experimentMs);
}

interface Progress {
  readonly phase: Phase;
  readonly limitMs: number;
  readonly checks: readonly CheckSpec[];
  /** How many of them were done. */
  readonly done: number;
}

/** Why an exercise has no verdict that took too long. */
export function tooSlow({ phase, limitMs, checks, done }: Progress): EnvironmentError {
  const what = phase === "checks" ? "checks" : "experiments";
  const kind = checks[done]?.kind ?? "";
  const seen = `${String(done)} of ${String(checks.length)} were, and ${kind} was at work`;
  return new EnvironmentError({
    message: `Its ${what} were not done within ${formatDuration(limitMs)}: ${seen}.`,
    lastSeen: seen,
    hint: "labctl status, then check again",
  });
}
