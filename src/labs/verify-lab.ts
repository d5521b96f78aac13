import type { CheckReport } from "../report/result.ts";
import type { Progress } from "../terminal/progress.ts";
import { checkLab } from "./check-lab.ts";
import type { LabRun } from "./lab-run.ts";
import { loadCases, type LabCase } from "./load.ts";
import { removeLab, resetLab } from "./reset-lab.ts";
import { runLabSteps, toolsOf } from "./run-lab-steps.ts";
import { solveLab } from "./solve-lab.ts";

/** How a lab proved itself. */
export interface Verification {
  readonly lab: string;
  readonly exercises: number;
  readonly durationMs: number;
  /** Cases that must not pass: how many of them were refused. */
  readonly wrongRefused: Tally;
  /** Cases that look different and are right: how many were accepted. */
  readonly rightAccepted: Tally;
  /** What was not as it has to be; empty: the lab holds. */
  readonly problems: readonly string[];
  /** The environment was in the way: nothing is known of the lab. */
  readonly outage?: boolean;
}

export interface Tally {
  readonly good: number;
  readonly of: number;
}

/**
 * The lab's self-proof: untouched fails, solved passes and passes again, reset fails again; with `cases`, each of
 * them gets the verdict that it names. Work in the lab's namespace is lost; afterwards the lab is not started.
 */
export async function verifyLab(
  run: LabRun,
  options: { readonly progress: Progress; readonly cases: boolean },
) {
  const { progress } = options;
  const started = run.context.deps.clock.now();
  const proof = await proveItself(run, progress);
  const cases = options.cases ? await loadCases(run.lab) : [];
  const outcomes = await tryCases(run, cases, progress);
  return {
    lab: run.lab.id,
    exercises: run.lab.exercises.length,
    durationMs: run.context.deps.clock.now() - started,
    wrongRefused: tally(outcomes, "failed"),
    rightAccepted: tally(outcomes, "passed"),
    problems: [...proof, ...outcomes.flatMap(({ problems }) => problems)],
  } satisfies Verification;
}

async function proveItself(run: LabRun, progress: Progress): Promise<readonly string[]> {
  await resetLab(run, progress);
  const untouched = await checkLab(run, { progress });
  await solveLab(run, progress);
  const solved = await checkLab(run, { progress });
  const again = await checkLab(run, { progress });
  await resetLab(run, progress);
  const reset = await checkLab(run, { progress });
  return [
    ...unlessAllFailed("untouched", untouched),
    ...unlessAllPassed("solved", solved),
    ...unlessAllPassed("checked a second time", again),
    ...unlessAllFailed("reset", reset),
  ];
}

function unlessAllFailed(when: string, report: CheckReport): readonly string[] {
  const wrong = report.exercises.filter(({ status }) => status !== "failed" && status !== "skipped");
  const problems = wrong.map(
    ({ id, status, reason }) => `${when}: ${id} is ${status}${because(reason)}, not failed`,
  );
  const silent = report.exercises.filter(
    ({ status, findings }) => status === "failed" && findings.length === 0,
  );
  return [...problems, ...silent.map(({ id }) => `${when}: ${id} failed without a finding`)];
}

function unlessAllPassed(when: string, report: CheckReport): readonly string[] {
  const wrong = report.exercises.filter(({ status }) => status !== "passed");
  return wrong.map(({ id, status, reason, findings }) => {
    const why = reason ?? findings.map(({ message }) => message).join(" ");
    return `${when}: ${id} is ${status}${because(why)}, not passed`;
  });
}

interface CaseOutcome {
  readonly expect: LabCase["expect"];
  readonly problems: readonly string[];
}

/**
 * One after the other in the lab's own namespace, each begun with a reset that waits until the one before is gone: a
 * Service's address or an Ingress's host that two namespaces have at once would answer for the wrong one.
 */
async function tryCases(
  run: LabRun,
  cases: readonly LabCase[],
  progress: Progress,
): Promise<readonly CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  for (const each of cases) outcomes.push(await tryCase(run, each, progress));
  await removeLab(run, progress);
  return outcomes;
}

async function tryCase(run: LabRun, each: LabCase, progress: Progress): Promise<CaseOutcome> {
  progress.note(`Case ${each.name}: ${each.title}`);
  await resetLab(run, progress);
  if (each.after === "solution") await solveLab(run, progress);
  await run.context.platform.ensureTools(toolsOf(each.steps), progress);
  await progress.step(`Case ${each.name}`, (step) => runLabSteps(run, each, step));
  const report = await checkLab(run, { progress });
  return {
    expect: each.expect,
    problems: judgeCase(each, report).map((text) => `case ${each.name}: ${text}`),
  };
}

function judgeCase(each: LabCase, report: CheckReport): readonly string[] {
  const messages = report.exercises.flatMap(({ findings }) => findings.map(({ message }) => message));
  const problems: string[] = [];
  if (report.status !== each.expect) {
    const why = report.exercises.map(({ reason }) => reason).filter(Boolean);
    problems.push(`${report.status} instead of ${each.expect}${because([...why, ...messages].join(" "))}`);
  }
  for (const [id, expected] of Object.entries(each.exercises)) {
    const status = report.exercises.find((exercise) => exercise.id === id)?.status;
    if (status !== expected) problems.push(`${id} is ${String(status)} instead of ${expected}`);
  }
  if (
    each.finding !== undefined &&
    !messages.some((message) => new RegExp(each.finding ?? "", "u").test(message))
  ) {
    problems.push(`no finding is like "${each.finding}"${because(messages.join(" "))}`);
  }
  return problems;
}

function tally(outcomes: readonly CaseOutcome[], expect: LabCase["expect"]): Tally {
  const own = outcomes.filter((outcome) => outcome.expect === expect);
  return { good: own.filter(({ problems }) => problems.length === 0).length, of: own.length };
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === "" ? "" : ` (${reason})`;
}
