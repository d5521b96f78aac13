/** The report tree: data first, rendered last (`text.ts`, `json.ts`, `junit.ts`). Field names are fixed by the contract. */

export const reportApiVersion = "labctl.dev/v1";

/** `failed`: read, and not there yet. `errored`: could not be read. `skipped`: another exercise must come first. */
export type Status = "passed" | "failed" | "errored" | "skipped";

/** One observation that stands between the student and the points. */
export interface Finding {
  /** The kind of check that found it. */
  readonly check: string;
  /** What is wrong, as a stable code that hints and cases refer to: "selector-matches-nothing". */
  readonly reason: string;
  /** `Kind/name`, as kubectl takes it. */
  readonly object: string;
  /** The field it is about (`spec.selector`), where there is one. */
  readonly path?: string;
  readonly expected: string;
  readonly actual: string;
  /** A full sentence that names the cause as far as it is known. */
  readonly message: string;
  /** The next thing to look at: a command. */
  readonly next?: string;
}

export interface ExerciseResult {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly score: number;
  readonly points: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  /** What an experiment measured, passed or not: "0 of 2143 requests failed". */
  readonly observations?: readonly string[];
  /** Why it was errored or skipped. */
  readonly reason?: string;
  /** The next hint for a failed exercise. */
  readonly hint?: string;
  /** How many hints were asked for, where any were. */
  readonly hintsTaken?: number;
}

export interface CheckReport {
  readonly apiVersion: typeof reportApiVersion;
  readonly kind: "CheckReport";
  readonly lab: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly status: Exclude<Status, "skipped">;
  readonly score: number;
  readonly maxScore: number;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** What to know before the rest is read: that the lab was not started, or that the score could not be kept. */
  readonly notice?: string;
  /** When `labctl solve` did this lab since it was started; RFC 3339, UTC. */
  readonly solvedAt?: string;
  readonly exercises: readonly ExerciseResult[];
}

export interface CheckReportList {
  readonly apiVersion: typeof reportApiVersion;
  readonly kind: "CheckReportList";
  readonly items: readonly CheckReport[];
}
