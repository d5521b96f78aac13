import type { CheckContext } from "../checks/check.ts";
import { isExperiment } from "../checks/index.ts";
import type { Clock } from "../clock.ts";
import type { Exercise, Lab } from "../lab/schema.ts";
import { reportApiVersion, type CheckReport, type ExerciseResult, type Status } from "../report/result.ts";
import { chooseExercises } from "./choose-exercises.ts";
import { gradeExercise } from "./grade-exercise.ts";

export interface GradeOptions {
  readonly lab: Lab;
  readonly context: CheckContext;
  /** The cluster's name, for the report. */
  readonly cluster: string;
  /** Only these exercises (and those they require are looked at, too); all by default. */
  readonly only?: readonly string[];
  /** Called before an exercise is looked at. */
  readonly onExercise?: (exercise: Exercise, phase: "checks" | "experiment") => void;
}

/**
 * Grades a lab: every exercise's plain checks in order, then the experiments, one after the other, each only where
 * the plain checks of its exercise passed. An outage makes an exercise errored and touches no points.
 * @throws whatever is not a LabctlError: a bug.
 */
export async function gradeLab(options: GradeOptions): Promise<CheckReport> {
  const { lab, context, cluster } = options;
  const startedAt = context.clock.now();
  const chosen = chooseExercises(lab, options.only);
  const results = new Map<string, ExerciseResult>();
  for (const exercise of chosen) {
    options.onExercise?.(exercise, "checks");
    results.set(exercise.id, await gradeExercise({ exercise, context, results, phase: "checks" }));
  }
  for (const exercise of chosen) {
    const before = results.get(exercise.id);
    if (before?.status !== "passed" || !exercise.checks.some(isExperiment)) continue;
    options.onExercise?.(exercise, "experiment");
    const result = await gradeExercise({ exercise, context, results, phase: "experiment" });
    const observations = [...(before.observations ?? []), ...(result.observations ?? [])];
    results.set(exercise.id, {
      ...result,
      ...(observations.length === 0 ? {} : { observations }),
      durationMs: before.durationMs + result.durationMs,
    });
  }
  const exercises = chosen.flatMap(({ id }) => results.get(id) ?? []);
  return {
    ...summarize(exercises),
    ...heading({ lab, cluster, namespace: context.namespace, startedAt, clock: context.clock }),
    exercises,
  };
}

interface ErroredOptions {
  readonly lab: Lab;
  readonly cluster: string;
  readonly namespace: string;
  readonly clock: Clock;
  /** Why nothing could be looked at. */
  readonly reason: string;
}

/** The report of a lab whose cluster cannot be reached: every exercise errored. */
export function erroredReport({ lab, reason, ...rest }: ErroredOptions): CheckReport {
  const exercises = lab.exercises.map(({ id, title, points }): ExerciseResult => ({
    id,
    title,
    status: "errored",
    score: 0,
    points,
    durationMs: 0,
    findings: [],
    reason,
  }));
  return { ...summarize(exercises), ...heading({ lab, ...rest, startedAt: rest.clock.now() }), exercises };
}

interface Heading {
  readonly lab: Lab;
  readonly cluster: string;
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly clock: Clock;
}

function heading({ lab, cluster, namespace, startedAt, clock }: Heading) {
  return {
    apiVersion: reportApiVersion,
    kind: "CheckReport",
    lab: lab.id,
    cluster,
    namespace,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
  } as const;
}

function summarize(exercises: readonly ExerciseResult[]): Pick<CheckReport, "status" | "score" | "maxScore"> {
  const has = (status: Status): boolean => exercises.some((exercise) => exercise.status === status);
  return {
    status: has("errored") ? "errored" : has("failed") || has("skipped") ? "failed" : "passed",
    score: exercises.reduce((sum, { score }) => sum + score, 0),
    maxScore: exercises.reduce((sum, { points }) => sum + points, 0),
  };
}
