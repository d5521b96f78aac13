import stringWidth from "string-width";
import { createPaint, type Paint } from "./paint.ts";
import type { CheckReport, CheckReportList, ExerciseResult, Finding, Status } from "./result.ts";
import { wrap } from "./wrap.ts";

export interface TextOptions {
  readonly color: boolean;
  /** Width of the terminal. */
  readonly columns: number;
}

/** The report for a person: a table of exercises, and below each what stands in the way. */
export function renderText(document: CheckReport | CheckReportList, options: TextOptions): string {
  const reports = document.kind === "CheckReportList" ? document.items : [document];
  const page: Page = {
    paint: createPaint(options.color),
    columns: Math.min(Math.max(options.columns, 40), 120),
  };
  return reports.map((report) => renderReport(report, page)).join("\n");
}

interface Page {
  readonly paint: Paint;
  readonly columns: number;
}

const marks: Readonly<Record<Status, string>> = { passed: "✓", failed: "✗", errored: "!", skipped: "-" };

function renderReport(report: CheckReport, page: Page): string {
  const { paint } = page;
  const title = `${paint("bold", report.lab)} ${paint("dim", `in namespace ${report.namespace} of cluster ${report.cluster}`)}`;
  const width = Math.max(...report.exercises.map(({ id }) => stringWidth(id)), 8);
  const lines = report.exercises.flatMap((exercise) => renderExercise(exercise, { page, width }));
  const notice =
    report.notice === undefined
      ? []
      : [...paragraph(report.notice, { page, indent: 0 }).map((line) => paint("yellow", line)), ""];
  return [title, "", ...notice, ...lines, summary(report, page), ""].join("\n");
}

function renderExercise(
  exercise: ExerciseResult,
  { page, width }: { page: Page; width: number },
): readonly string[] {
  const { status, id, score, points, durationMs, reason, hint } = exercise;
  const { paint } = page;
  const mark = paint(colors[status], marks[status]);
  const numbers = `${String(score)}/${String(points)}`.padStart(5);
  const row = `${mark} ${id.padEnd(width)} ${numbers} ${seconds(durationMs).padStart(7)}  ${paint("dim", exercise.title)}`;
  const why = reason === undefined ? [] : paragraph(`${status}: ${reason}`, { page, indent: 4 });
  const observations = (exercise.observations ?? [])
    .flatMap((text) => paragraph(text, { page, indent: 4 }))
    .map((line) => paint("dim", line));
  const findings = exercise.findings.flatMap((finding) => renderFinding(finding, page));
  const nudge =
    hint === undefined
      ? []
      : paragraph(`hint: ${hint}`, { page, indent: 4 }).map((line) => paint("cyan", line));
  const details = [...why, ...findings, ...observations, ...nudge];
  return details.length === 0 ? [row] : [row, ...details, ""];
}

const colors = { passed: "green", failed: "red", errored: "yellow", skipped: "dim" } as const;

function renderFinding(
  { object, path, expected, actual, message, next }: Finding,
  page: Page,
): readonly string[] {
  const { paint } = page;
  const where = path === undefined ? object : `${object} ${path}`;
  const command = next === undefined ? [] : [`      next:     ${paint("bold", next)}`];
  return [
    ...paragraph(message, { page, indent: 4 }),
    `      ${paint("dim", where)}`,
    ...labelled("expected:", expected, page),
    ...labelled("actual:", actual, page),
    ...command,
  ];
}

/** "      expected: …", with further lines under the first word. */
function labelled(label: string, text: string, page: Page): readonly string[] {
  const [first = "", ...rest] = wrap(text, page.columns - 16);
  return [`      ${label.padEnd(10)}${first}`, ...rest.map((line) => " ".repeat(16) + line)];
}

function paragraph(text: string, { page, indent }: { page: Page; indent: number }): readonly string[] {
  return wrap(text, page.columns - indent).map((line) => " ".repeat(indent) + line);
}

function summary(report: CheckReport, { paint }: Page): string {
  const { status, score, maxScore, durationMs } = report;
  const verdict = paint(colors[status], paint("bold", status));
  const line = `${verdict}: ${String(score)} of ${String(maxScore)} points in ${seconds(durationMs)}`;
  const lost = status === "errored" ? ["No points are lost by what could not be read."] : [];
  const isStuck = report.exercises.some((each) => each.status === "failed" && each.hint === undefined);
  const stuck = isStuck ? [paint("dim", `Stuck? labctl hint ${report.lab}`)] : [];
  return [line, ...lost, ...stuck, ...help(report).map((text) => paint("dim", text))].join("\n");
}

/** What of it is not the student's own. */
function help({ solvedAt, exercises }: CheckReport): readonly string[] {
  const hints = exercises.reduce((sum, { hintsTaken = 0 }) => sum + hintsTaken, 0);
  return [
    ...(solvedAt === undefined ? [] : ["labctl solve has done this lab since it was started."]),
    ...(hints === 0 ? [] : [`${String(hints)} hint${hints === 1 ? " was" : "s were"} asked for.`]),
  ];
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
