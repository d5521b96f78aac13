/** What a report says that it should not, as sentences of a lab's proof. */
import type { CheckReport, ExerciseResult } from "../report/result.ts";

/** @param when what had been done: `untouched`. */
export function unlessAllFailed(when: string, report: CheckReport): readonly string[] {
  const wrong = report.exercises.filter(({ status }) => status !== "failed" && status !== "skipped");
  const problems = wrong.map(
    ({ id, status, reason }) => `${when}: ${id} is ${status}${because(reason)}, not failed`,
  );
  const silent = report.exercises.filter(
    ({ status, findings }) => status === "failed" && findings.length === 0,
  );
  return [...problems, ...silent.map(({ id }) => `${when}: ${id} failed without a finding`)];
}

/** @param when what had been done: `solved`. */
export function unlessAllPassed(when: string, report: CheckReport): readonly string[] {
  const wrong = report.exercises.filter(({ status }) => status !== "passed");
  return wrong.map((one) => `${when}: ${one.id} is ${one.status}${because(whyOf(one))}, not passed`);
}

export function whyOf({ reason, findings }: ExerciseResult): string {
  return reason ?? findings.map(({ message }) => message).join(" ");
}

/** The reason in brackets, if there is one. */
export function because(reason: string | undefined): string {
  return reason === undefined || reason === "" ? "" : ` (${reason})`;
}
