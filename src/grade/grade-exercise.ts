import type { DisturbContext } from "../checks/check.ts";
import { isExperiment, lacks, observeCheck, type CheckSpec } from "../checks/index.ts";
import type { CheckFinding } from "../look/look.ts";
import { shownHint } from "./choose-hint.ts";
import { exerciseLimit, tooSlow, type Phase } from "./exercise-deadline.ts";
import type { Exercise } from "../lab/schema.ts";
import type { ExerciseResult, Finding, Status } from "../report/result.ts";
import { whyNot } from "./why-not.ts";
import { shortText } from "../plain-text.ts";

interface ExerciseOptions {
  readonly exercise: Exercise;
  readonly context: DisturbContext;
  /** Results so far, by exercise id: what `requires` asks. */
  readonly results: ReadonlyMap<string, ExerciseResult>;
  /** `checks` looks; `experiment` disturbs. */
  readonly phase: Phase;
}

/** Looks at one exercise, with its plain checks or with its experiments. */
export async function gradeExercise(options: ExerciseOptions): Promise<ExerciseResult> {
  const { exercise, context, results, phase } = options;
  const blocking = exercise.requires.filter((id) => results.get(id)?.status !== "passed");
  if (blocking.length > 0) {
    return result(exercise, { status: "skipped", reason: `${blocking.join(", ")} must pass first.` });
  }
  const lacking = exercise.checks.flatMap((spec) => lacks(spec, context));
  if (lacking.length > 0) {
    const reason = `It needs ${[...new Set(lacking)].join(" and ")} of a cluster that labctl made.`;
    return result(exercise, { status: "skipped", reason });
  }
  const started = context.clock.elapsed();
  const given = context.state?.hints[exercise.id] ?? [];
  const checks = exercise.checks.filter((spec) => isExperiment(spec) === (phase === "experiment"));
  const observations: string[] = [];
  const observed = (text: string): void => void observations.push(shortText(text));
  const { findings: found, reasons } = await observeInTime({
    checks,
    phase,
    context: { ...context, observed },
  });
  const durationMs = context.clock.elapsed() - started;
  const unshown = found.length - maxFindings;
  if (unshown > 0) observed(`${String(unshown)} more findings are not shown.`);
  const findings = found.slice(0, maxFindings);
  if (reasons.length > 0)
    return result(exercise, {
      status: "errored",
      findings,
      observations,
      reason: reasons.join(" "),
      durationMs,
      hintsTaken: given.length,
    });
  const status = findings.length === 0 ? "passed" : "failed";
  const hint = status === "failed" ? shownHint({ exercise, findings, given })?.text : undefined;
  return result(exercise, { status, findings, observations, durationMs, hint, hintsTaken: given.length });
}

/** Of an exercise: a Deployment of a thousand pods has one for each of them. */
const maxFindings = 100;

interface Observed {
  readonly findings: readonly Finding[];
  /** Why checks could not look. */
  readonly reasons: readonly string[];
}

interface Observing {
  readonly checks: readonly CheckSpec[];
  readonly phase: Phase;
  readonly context: DisturbContext;
}

/** Milliseconds that a check which is too late may take to put back what it has changed, as at the end of --timeout. */
const cleanUpMs = 20_000;

/** What does not come to its end holds up its own exercise alone, and that not for ever. */
async function observeInTime({ checks, phase, context }: Observing): Promise<Observed> {
  const limitMs = exerciseLimit(phase, checks);
  let done = 0;
  using deadline = context.clock.deadline(limitMs, new Error("The exercise has taken too long."));
  const late = deadline.signal;
  const isLate = (): boolean => late.aborted;
  const signal = AbortSignal.any([context.signal, late]);
  const findings: Finding[] = [];
  const reasons: string[] = [];
  for (const spec of checks) {
    context.signal.throwIfAborted();
    if (isLate()) break;
    const work = observeCheck(spec, { ...context, signal });
    try {
      const found = await Promise.race([work, rejectOnAbort(late)]);
      findings.push(...found.map((finding) => toFinding(spec.kind, finding)));
    } catch (error) {
      context.signal.throwIfAborted();
      if (isLate()) {
        await Promise.race([work.catch(() => undefined), context.clock.sleep(cleanUpMs)]);
        break;
      }
      reasons.push(whyNoVerdict(spec.kind, error));
    }
    done++;
  }
  const [missed] = checks.slice(done);
  if (missed) reasons.push(whyNoVerdict(missed.kind, tooSlow({ phase, limitMs, checks, done })));
  return { findings: tellOnce(findings), reasons: [...new Set(reasons)] };
}

/** Rejects when the signal is aborted, and never otherwise. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return aborted.promise;
}

/** Names, logs and answers of others are in it: a report that is printed shows them and obeys none of them. */
function toFinding(check: string, finding: CheckFinding): Finding {
  const texts = Object.entries(finding).map(([member, text]) => [member, text && shortText(text)]);
  return { check, ...(Object.fromEntries(texts) as CheckFinding) };
}

/** What a check met makes its exercise errored, and no other: what nobody expected, too. */
function whyNoVerdict(kind: string, error: unknown): string {
  return shortText(whyNot(error, ` in its check ${kind}`));
}

/** Two checks that stumble over the same cause tell it once. */
function tellOnce(findings: readonly Finding[]): readonly Finding[] {
  const messages = findings.map(({ message }) => message);
  return findings.filter(({ message }, index) => messages.indexOf(message) === index);
}

interface Outcome {
  readonly status: Status;
  readonly findings?: readonly Finding[];
  readonly observations?: readonly string[];
  readonly reason?: string;
  readonly durationMs?: number;
  readonly hint?: string | undefined;
  readonly hintsTaken?: number;
}

function result(
  exercise: Exercise,
  { status, findings = [], observations = [], reason, durationMs = 0, hint, hintsTaken = 0 }: Outcome,
): ExerciseResult {
  const { id, title, points } = exercise;
  return {
    id,
    title,
    status,
    score: status === "passed" ? points : 0,
    points,
    durationMs,
    findings,
    ...(observations.length === 0 ? {} : { observations }),
    ...(reason === undefined ? {} : { reason }),
    ...(hint === undefined ? {} : { hint }),
    ...(hintsTaken === 0 ? {} : { hintsTaken }),
  };
}
