import { isExperiment } from "../checks/index.ts";
import { beginning } from "../clock.ts";
import { createRunners } from "../programs/runner.ts";
import { exitCodes } from "../errors.ts";
import { expectedError } from "../expected-error.ts";
import type { DisturbContext } from "../checks/check.ts";
import type { Platform } from "../platform.ts";
import { readPushedImages } from "../records/pushed-images.ts";
import { createCheckContext } from "../grade/check-context.ts";
import { createWait } from "../wait.ts";
import { whyNot } from "../grade/why-not.ts";
import { shortText } from "../plain-text.ts";
import { beginGrading, erroredReport, type Grading } from "../grade/grade-lab.ts";
import type { CheckReport, ExerciseResult } from "../report/result.ts";
import { formatDuration, parseDuration } from "../terminal/duration.ts";
import type { Progress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";
import type { Exercise, Lab } from "../lab/schema.ts";
import { recover } from "./recover.ts";
import { keepScore } from "./keep-score.ts";
import { readOwnState } from "./own-state.ts";

export interface CheckLabOptions {
  readonly progress: Progress;
  /** false: what would disturb the cluster is left out, and its exercise is skipped where the rest of it passed. */
  readonly experiments?: boolean;
  /** Only these exercises, and those that they require; all by default. */
  readonly only?: readonly string[];
  /** Asked before a machine is switched off; without it nobody is asked. */
  readonly agree?: (exercise: Exercise) => Promise<boolean>;
}

/**
 * Grades a lab on its cluster. An outage is a report, too: every exercise errored, and no points touched.
 * @throws UsageError when the namespace is another lab's.
 */
export async function checkLab(run: LabRun, options: CheckLabOptions): Promise<CheckReport> {
  try {
    return await grade(run, options);
  } catch (error) {
    if (expectedError(error)?.exitCode !== exitCodes.environment) throw error;
    return uncheckedReport(run, error);
  }
}

/** The report of a lab whose check ended with an error. */
export function uncheckedReport({ lab, namespace, context }: LabRun, error: unknown): CheckReport {
  const { platform, deps } = context;
  const reason = shortText(whyNot(error));
  return erroredReport({ lab, cluster: platform.cluster.name, namespace, clock: deps.clock, reason });
}

function own({ cluster, docker, registry }: Platform): Pick<DisturbContext, "nodes" | "docker" | "registry"> {
  return { nodes: cluster, docker, registry };
}

/** What a cluster that labctl did not make lacks. */
const nothing = { nodes: undefined, docker: undefined, registry: undefined };

/** What steps of progress show of the work inside; a step at a time, since people are asked between them. */
interface Screen {
  detail: (text: string) => void;
}

/** What was seen stands, whatever is met when labctl gives back what it had made to see it. */
async function grade(run: LabRun, options: CheckLabOptions): Promise<CheckReport> {
  const held = new AsyncDisposableStack();
  const giveBack = (): Promise<unknown> => held.disposeAsync().catch((error: unknown) => error);
  let report: CheckReport;
  try {
    report = await gradeWith(held, run, options);
  } catch (error) {
    await giveBack();
    throw error;
  }
  const trouble = await giveBack();
  if (trouble === undefined) return report;
  const notice = `Something of labctl's own is left, and the next check removes it: ${whyNot(trouble)}`;
  return { ...report, notice: [report.notice, shortText(notice)].filter(Boolean).join(" ") };
}

async function gradeWith(
  held: AsyncDisposableStack,
  run: LabRun,
  options: CheckLabOptions,
): Promise<CheckReport> {
  const { lab } = run;
  const { experiments = true, progress } = options;
  const screen: Screen = { detail: () => undefined };
  const begun = await progress.step(`Check lab ${lab.id}`, async (step) => {
    screen.detail = step.detail;
    const opened = await open(run, options, { screen, held });
    await opened.grading.look();
    return opened;
  });
  const { grading, state } = begun;
  if (!experiments) return holdExperiments(lab, grading.report());
  await carryOut(grading, grading.due(false), { progress, screen });
  await carryOut(grading, await agreedOn(grading, options), { progress, screen });
  const report = grading.report();
  if (!state) return { ...report, notice: notStarted(run) };
  if (options.only !== undefined || report.status === "errored") return report;
  const trouble = await keepScore(run, state, report);
  return trouble === undefined ? report : { ...report, notice: trouble };
}

interface Opening {
  readonly screen: Screen;
  /** Gives back at the end of grading what is made for it. */
  readonly held: AsyncDisposableStack;
}

async function open(run: LabRun, options: CheckLabOptions, { screen, held }: Opening) {
  const { lab, namespace, context } = run;
  const { deps, platform } = context;
  const { experiments = true } = options;
  const begun = beginning(deps.clock);
  const kube = await context.kube();
  // Of a cluster that is stopped every check would tell the same; one look tells it once.
  await kube.get("/readyz");
  // Before anything is touched: another lab's namespace is none of ours.
  const state = await readOwnState(run, kube);
  const isOwn = platform.choice.context === undefined;
  const cluster = isOwn ? platform.cluster : undefined;
  const note = (text: string): void => options.progress.note(text);
  // While an experiment may run elsewhere, a look alone touches nothing.
  const probe = deps.probe(kube);
  if (experiments) await recover({ kube, clock: deps.clock, probe, cluster, namespace, note });
  const imageDigests = await readPushedImages(kube);
  const wait = createWait(deps.clock, kube);
  const word = (): string => deps.random(8);
  const { signal, cleanUps } = deps;
  const runners = held.use(createRunners({ kube, wait, namespace, imageDigests, word, signal, cleanUps }));
  const checkContext = createCheckContext({
    deps,
    kube,
    runners,
    labFolder: lab.folder,
    probe,
    frontDoor: deps.frontDoor(platform.ports),
    browser: deps.browser(platform.ports),
    traffic: deps.traffic(kube),
    helm: deps.helm,
    ...(isOwn ? own(platform) : nothing),
    namespace,
    state,
    imageDigests,
    announce: (text) => screen.detail(text),
  });
  const grading = beginGrading({
    lab: experiments ? lab : withoutExperiments(lab),
    context: checkContext,
    cluster: platform.cluster.name,
    begun,
    ...(options.only ? { only: options.only } : {}),
    onExercise: ({ title }, phase) => {
      screen.detail(phase === "experiment" ? `${title}: experiment` : title);
    },
  });
  return { grading, state };
}

/** Carries experiments out, under a title that says what is to come and how long it takes, as far as lab.yaml tells. */
async function carryOut(
  grading: Grading,
  due: readonly Exercise[],
  { progress, screen }: { readonly progress: Progress; readonly screen: Screen },
): Promise<void> {
  const open = due.filter((exercise) => grading.isOpen(exercise));
  if (open.length === 0) return grading.experiment(due);
  const ms = open.reduce((sum, { takes = "" }) => sum + (parseDuration(takes) ?? 0), 0);
  const each = open.map(({ id, takes }) => (takes === undefined ? id : `${id} ${takes}`)).join(", ");
  const about = ms > 0 ? `, about ${formatDuration(ms)}` : "";
  await progress.step(`Experiments: ${each}${open.length > 1 ? about : ""}`, async (step) => {
    screen.detail = step.detail;
    await grading.experiment(due);
  });
}

/** Experiments that switch a machine off come last, and only where whoever sits there agrees. */
async function agreedOn(grading: Grading, { agree }: CheckLabOptions): Promise<readonly Exercise[]> {
  const agreed: Exercise[] = [];
  for (const exercise of grading.due(true)) {
    if (!agree || !grading.isOpen(exercise) || (await agree(exercise))) agreed.push(exercise);
    else grading.hold([exercise], "it switches a machine off, which was not agreed to; --yes agrees");
  }
  return agreed;
}

function notStarted({ lab, namespace }: LabRun): string {
  return `Lab ${lab.id} was not started in namespace ${namespace}: begin with labctl start ${lab.id}.`;
}

function withoutExperiments(lab: Lab): Lab {
  const exercises = lab.exercises.map((exercise) => ({
    ...exercise,
    checks: exercise.checks.filter((check) => !isExperiment(check)),
  }));
  return { ...lab, exercises };
}

/** An exercise whose experiment was left out has not passed yet, whatever the rest of it says. */
function holdExperiments(lab: Lab, report: CheckReport): CheckReport {
  const held = lab.exercises.filter(({ checks }) => checks.some(isExperiment)).map(({ id }) => id);
  const exercises = report.exercises.map((result): ExerciseResult =>
    result.status === "passed" && held.includes(result.id)
      ? {
          ...result,
          status: "skipped",
          score: 0,
          reason: "its experiment runs once everything else has passed",
        }
      : result,
  );
  const open = exercises.some(({ status }) => status === "skipped");
  return {
    ...report,
    exercises,
    status: report.status === "passed" && open ? "failed" : report.status,
    score: exercises.reduce((sum, { score }) => sum + score, 0),
  };
}
