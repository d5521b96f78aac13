import { disturbsNodes, isExperiment } from "../checks/index.ts";
import { chooseExercises } from "../grade/choose-exercises.ts";
import type { CheckReport } from "../report/result.ts";
import type { Progress } from "../terminal/progress.ts";
import { checkLab } from "./check-lab.ts";
import type { LabRun } from "./lab-run.ts";
import { loadCases, type LabCase } from "../lab/load.ts";
import { loadText } from "../lab/load-text.ts";
import { isTyped, type TextPart } from "../lab/text-parts.ts";
import { resetLab } from "./reset-lab.ts";
import { runLabSteps, toolsOf } from "./run-lab-steps.ts";
import type { Lab } from "../lab/schema.ts";
import { solveLab } from "./solve-lab.ts";
import { because, unlessAllFailed, unlessAllPassed, whyOf } from "./verdict-problems.ts";
import { loadReverseSolution, proveInReverse, type ReverseSolution } from "./verify-reverse.ts";
import { proveText } from "./verify-text.ts";

/** A piece of a lab's proof. Each begins with a reset, so that they may be done in any order. */
export interface ProofPart {
  /** With neither a case, nor a solution in reverse, nor a text: the lab's own proof, or the half of it that disturbs nodes. */
  readonly labCase?: LabCase;
  readonly inReverse?: ReverseSolution;
  /** What the lab's text says: its commands may be labctl's own, so it holds the lab's namespace by itself. */
  readonly text?: readonly TextPart[];
  /** Other labs cannot be proven beside it. */
  readonly disturbsNodes: boolean;
  /** How many experiments it carries out at most: they are what takes the time. */
  readonly experiments: number;
  /** Work in the lab's namespace is lost. */
  prove(run: LabRun, progress: Progress): Promise<PartOutcome>;
}

export interface PartOutcome {
  /** What was not as it has to be; empty: it holds. */
  readonly problems: readonly string[];
  /** What a student in a case's place is told. */
  readonly findings: readonly ToldFinding[];
  /** How long the commands of a text took. */
  readonly typedMs?: number;
}

/** A finding as authors refer to it, and in the words that students get. */
export interface ToldFinding {
  readonly reason: string;
  readonly message: string;
}

/**
 * The lab's own proof (untouched fails, solved passes and passes again, reset fails again), and its cases. Exercises
 * that disturb nodes are proven apart from the others, so that only they have to wait for other labs, and are not
 * asked to pass again: a node takes minutes to be lost and to come back. With the cases comes the solution in reverse,
 * and last the text, where its commands may be run.
 */
export async function proofParts(
  lab: Lab,
  options: { readonly cases: boolean; readonly texts: boolean },
): Promise<readonly ProofPart[]> {
  const cases = options.cases ? await loadCases(lab) : [];
  const reverse = options.cases ? await loadReverseSolution(lab) : undefined;
  const text = options.texts ? await loadText(lab) : [];
  return [
    ...exercisesApart(lab).map((only): ProofPart => {
      const demands = demandsOf(lab, only);
      const options = { only, twice: !demands.disturbsNodes };
      return { ...demands, prove: (run, progress) => proveItself(run, options, progress) };
    }),
    ...(reverse ? [reversePart(reverse)] : []),
    ...cases.map((each): ProofPart => ({
      labCase: each,
      ...demandsOf(lab, gradedBy(each)),
      prove: (run, progress) => proveCase(run, each, progress),
    })),
    ...(text.some(isTyped) ? [textPart(lab, text)] : []),
  ];
}

/** What is typed may do to nodes whatever the lab is about. */
function textPart(lab: Lab, text: readonly TextPart[]): ProofPart {
  return {
    text,
    ...demandsOf(lab),
    prove: async (run, progress) => ({ ...(await proveText(run, text, progress)), findings: [] }),
  };
}

function reversePart(inReverse: ReverseSolution): ProofPart {
  return {
    inReverse,
    ...demandsOf(inReverse.lab),
    prove: async (run, progress) => ({
      problems: await proveInReverse(run, inReverse, progress),
      findings: [],
    }),
  };
}

/** What can be proven beside other labs, and what cannot. */
function exercisesApart(lab: Lab): readonly (readonly string[])[] {
  const ids = lab.exercises.map(({ id }) => id);
  const loud = ids.filter((id) => demandsOf(lab, [id]).disturbsNodes);
  const quiet = ids.filter((id) => !loud.includes(id));
  return [quiet, loud].filter((some) => some.length > 0);
}

/** A case is graded in the exercises that it names, and in what they require: others cost minutes and tell nothing of it. */
function gradedBy({ exercises }: LabCase): readonly string[] | undefined {
  const named = Object.keys(exercises);
  return named.length > 0 ? named : undefined;
}

function demandsOf(lab: Lab, only?: readonly string[]): Pick<ProofPart, "disturbsNodes" | "experiments"> {
  const checks = chooseExercises(lab, only).flatMap((exercise) => exercise.checks);
  return {
    disturbsNodes: lab.start.nodes.length > 0 || checks.some(disturbsNodes),
    experiments: checks.filter(isExperiment).length,
  };
}

async function proveItself(
  run: LabRun,
  { only, twice }: { readonly only: readonly string[]; readonly twice: boolean },
  progress: Progress,
): Promise<PartOutcome> {
  const check = (): Promise<CheckReport> => checkLab(run, { progress, only });
  await resetLab(run, progress);
  const untouched = await check();
  await solveLab(run, progress);
  const solved = await check();
  const again = twice ? await check() : solved;
  await resetLab(run, progress);
  const reset = await check();
  const problems = [
    ...unlessAllFailed("untouched", untouched),
    ...unlessAllPassed("solved", solved),
    ...unlessAllPassed("checked a second time", again),
    ...unlessAllFailed("reset", reset),
  ];
  return { problems, findings: [] };
}

async function proveCase(run: LabRun, each: LabCase, progress: Progress): Promise<PartOutcome> {
  progress.note(`Case ${each.name}: ${each.title}`);
  await resetLab(run, progress);
  if (each.after === "solution") await solveLab(run, progress);
  await run.context.platform.ensureTools(toolsOf(each.steps), progress);
  await progress.step(`Case ${each.name}`, (step) => runLabSteps(run, each, step));
  const only = gradedBy(each);
  const report = await checkLab(run, { progress, ...(only ? { only } : {}) });
  const problems = judgeCase(each, report).map((text) => `case ${each.name}: ${text}`);
  return { problems, findings: findingsOf(report) };
}

function findingsOf({ exercises }: CheckReport): readonly ToldFinding[] {
  return exercises.flatMap(({ findings }) => findings).map(({ reason, message }) => ({ reason, message }));
}

function judgeCase(each: LabCase, report: CheckReport): readonly string[] {
  const told = findingsOf(report);
  const messages = told.map(({ message }) => message);
  const problems: string[] = [];
  if (report.status !== each.expect) {
    const why = report.exercises.map(({ reason }) => reason).filter(Boolean);
    problems.push(`${report.status} instead of ${each.expect}${because([...why, ...messages].join(" "))}`);
  }
  for (const [id, expected] of Object.entries(each.exercises)) {
    const exercise = report.exercises.find((one) => one.id === id);
    if (exercise?.status === expected) continue;
    const why = exercise && whyOf(exercise);
    problems.push(`${id} is ${String(exercise?.status)} instead of ${expected}${because(why)}`);
  }
  const reasons = told.map(({ reason }) => reason);
  if (each.reason !== undefined && !reasons.includes(each.reason)) {
    const others = reasons.join(", ") || "none";
    problems.push(`no finding has the reason ${each.reason}, but: ${others}${because(messages.join(" "))}`);
  }
  return problems;
}
