import type { DisturbContext } from "../checks/check.ts";
import { disturbsNodes, isExperiment } from "../checks/index.ts";
import { beginning, type Beginning, type Clock } from "../clock.ts";
import type { Exercise, Lab } from "../lab/schema.ts";
import { reportApiVersion, type CheckReport, type ExerciseResult, type Status } from "../report/result.ts";
import { chooseExercises } from "./choose-exercises.ts";
import { gradeExercise } from "./grade-exercise.ts";

export interface GradeOptions {
  readonly lab: Lab;
  readonly context: DisturbContext;
  /** The cluster's name, for the report. */
  readonly cluster: string;
  /** Only these exercises (and those they require are looked at, too); all by default. */
  readonly only?: readonly string[];
  /** When the work on this report began; now by default. */
  readonly begun?: Beginning;
  /** Called before an exercise is looked at. */
  readonly onExercise?: (exercise: Exercise, phase: "checks" | "experiment") => void;
}

/** A lab that is being graded, in the order of these members. All of them throw whatever is not a LabctlError: a bug. */
export interface Grading {
  /** Looks at every exercise's plain checks. */
  look(): Promise<void>;
  /**
   * The exercises whose experiments are to come: those whose plain checks passed.
   * @param loud those that switch a machine off, or the others.
   */
  due(loud: boolean): readonly Exercise[];
  /** Whether everything that an exercise requires has passed. */
  isOpen(exercise: Exercise): boolean;
  /** Carries these exercises' experiments out, one after the other. */
  experiment(exercises: readonly Exercise[]): Promise<void>;
  /** Leaves these exercises' experiments out, and says why. */
  hold(exercises: readonly Exercise[], reason: string): void;
  /** An outage makes an exercise errored and touches no points. */
  report(): CheckReport;
}

/** Grades a lab: every exercise's plain checks in order, then the experiments where the plain checks passed. */
export async function gradeLab(options: GradeOptions): Promise<CheckReport> {
  const grading = beginGrading(options);
  await grading.look();
  await grading.experiment(grading.due(false));
  await grading.experiment(grading.due(true));
  return grading.report();
}

export function beginGrading(options: GradeOptions): Grading {
  const { lab, context, cluster, onExercise } = options;
  const { clock, namespace } = context;
  const { begun = beginning(clock) } = options;
  const chosen = chooseExercises(lab, options.only);
  const results = new Map<string, ExerciseResult>();
  const isOpen = ({ requires }: Exercise): boolean =>
    requires.every((id) => results.get(id)?.status === "passed");
  return {
    isOpen,
    async look() {
      for (const exercise of chosen) {
        onExercise?.(exercise, "checks");
        results.set(exercise.id, await gradeExercise({ exercise, context, results, phase: "checks" }));
      }
    },
    due: (loud) =>
      chosen.filter(
        ({ id, checks }) =>
          results.get(id)?.status === "passed" &&
          checks.some(isExperiment) &&
          checks.some(disturbsNodes) === loud,
      ),
    async experiment(exercises) {
      for (const exercise of exercises) {
        if (isOpen(exercise)) onExercise?.(exercise, "experiment");
        const result = await gradeExercise({ exercise, context, results, phase: "experiment" });
        results.set(exercise.id, together(results.get(exercise.id), result));
      }
    },
    hold(exercises, reason) {
      for (const { id } of exercises) {
        const before = results.get(id);
        if (before) results.set(id, { ...before, status: "skipped", score: 0, reason });
      }
    },
    report() {
      const exercises = chosen.flatMap(({ id }) => results.get(id) ?? []);
      return {
        ...summarize(exercises),
        ...heading({ lab, cluster, namespace, begun, clock }),
        ...(context.state?.solvedAt === undefined ? {} : { solvedAt: context.state.solvedAt }),
        exercises,
      };
    },
  };
}

/** What an experiment showed, behind what the plain checks of its exercise did. */
function together(before: ExerciseResult | undefined, result: ExerciseResult): ExerciseResult {
  const observations = [...(before?.observations ?? []), ...(result.observations ?? [])];
  return {
    ...result,
    ...(observations.length === 0 ? {} : { observations }),
    durationMs: (before?.durationMs ?? 0) + result.durationMs,
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
  return { ...summarize(exercises), ...heading({ lab, ...rest, begun: beginning(rest.clock) }), exercises };
}

interface Heading {
  readonly lab: Lab;
  readonly cluster: string;
  readonly namespace: string;
  readonly begun: Beginning;
  readonly clock: Clock;
}

function heading({ lab, cluster, namespace, begun, clock }: Heading) {
  return {
    apiVersion: reportApiVersion,
    kind: "CheckReport",
    lab: lab.id,
    cluster,
    namespace,
    startedAt: new Date(begun.at).toISOString(),
    durationMs: clock.elapsed() - begun.elapsed,
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
