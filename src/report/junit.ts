import junitReportBuilder, { type Builder } from "junit-report-builder";
import type { CheckReport, CheckReportList, ExerciseResult, Finding } from "./result.ts";

/** JUnit's XML, for CI: a lab is a suite, an exercise a test case. */
export function renderJunit(document: CheckReport | CheckReportList): string {
  const reports = document.kind === "CheckReportList" ? document.items : [document];
  // Its types promise a `default` that the CommonJS module does not have.
  const junit = (junitReportBuilder as unknown as Builder).newBuilder();
  for (const report of reports) {
    const suite = junit
      .testSuite()
      .name(report.lab)
      .timestamp(report.startedAt)
      .time(report.durationMs / 1000);
    suite.property("cluster", report.cluster).property("namespace", report.namespace);
    suite.property("score", `${String(report.score)}/${String(report.maxScore)}`);
    if (report.notice !== undefined) suite.property("notice", report.notice);
    for (const exercise of report.exercises) addCase(suite, report.lab, exercise);
  }
  return `${junit.build().trimEnd()}\n`;
}

type Suite = ReturnType<Builder["testSuite"]>;

function addCase(suite: Suite, lab: string, exercise: ExerciseResult): void {
  const testCase = suite
    .testCase()
    .className(lab)
    .name(exercise.id)
    .time(exercise.durationMs / 1000);
  const [first] = exercise.findings;
  if (exercise.status === "failed") testCase.failure(first?.message ?? "failed", first?.check);
  if (exercise.status === "errored") testCase.error(exercise.reason ?? "errored", "environment");
  if (exercise.status === "skipped") testCase.skipped();
  if (exercise.findings.length > 0)
    testCase.standardOutput(inCdata(exercise.findings.map(describe).join("\n")));
}

/** The library writes it as CDATA, and takes the first end of CDATA alone out of what a pod wrote. */
function inCdata(text: string): string {
  return text.replaceAll("]]>", "]] >");
}

function describe({ object, expected, actual, message, next }: Finding): string {
  const command = next === undefined ? "" : `\n  next: ${next}`;
  return `${object}: ${message}\n  expected: ${expected}\n  actual: ${actual}${command}`;
}
