import { isExperiment } from "../checks/index.ts";
import { LabctlError, exitCodes } from "../errors.ts";
import type { CheckContext } from "../checks/check.ts";
import type { Platform } from "../platform.ts";
import { readPushedImages } from "../records/pushed-images.ts";
import { createCheckContext } from "../grade/check-context.ts";
import { erroredReport, gradeLab } from "../grade/grade-lab.ts";
import type { CheckReport, ExerciseResult } from "../report/result.ts";
import type { Progress, StepProgress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";
import type { Lab } from "../lab/schema.ts";
import { putRight } from "./put-right.ts";
import { writeLabState } from "../records/state.ts";

export interface CheckLabOptions {
  readonly progress: Progress;
  /** false: what would disturb the cluster is left out, and its exercise is skipped where the rest of it passed. */
  readonly experiments?: boolean;
  /** Only these exercises, and those that they require; all by default. */
  readonly only?: readonly string[];
}

/** Grades a lab on its cluster. An outage is a report, too: every exercise errored, and no points touched. */
export async function checkLab(run: LabRun, options: CheckLabOptions): Promise<CheckReport> {
  const { lab, namespace, context } = run;
  const { clock } = context.deps;
  const cluster = context.platform.cluster.name;
  return options.progress.step(`Check lab ${lab.id}`, async (step) => {
    try {
      return await grade(run, options, step);
    } catch (error) {
      if (!(error instanceof LabctlError) || error.exitCode !== exitCodes.environment) throw error;
      return erroredReport({ lab, cluster, namespace, clock, reason: `${error.message} ${error.hint}` });
    }
  });
}

function own({ cluster, docker, registry }: Platform): Pick<CheckContext, "nodes" | "docker" | "registry"> {
  return { nodes: cluster, docker, registry };
}

/** What a cluster that labctl did not make lacks. */
const nothing = { nodes: undefined, docker: undefined, registry: undefined };

async function grade(run: LabRun, options: CheckLabOptions, step: StepProgress): Promise<CheckReport> {
  const { lab, namespace, context } = run;
  const { deps, platform } = context;
  const { experiments = true } = options;
  const kube = await context.kube();
  // Of a cluster that is stopped every check would tell the same; one look tells it once.
  await kube.get("/readyz");
  const isOwn = platform.choice.context === undefined;
  const cluster = isOwn ? platform.cluster : undefined;
  const note = (text: string): void => options.progress.note(text);
  // While an experiment may run elsewhere, a look alone touches nothing.
  if (experiments) await putRight({ kube, clock: deps.clock, cluster, namespace, note });
  const checkContext = await createCheckContext({
    deps,
    kube,
    probe: deps.probe(kube),
    frontDoor: deps.frontDoor(platform.ports),
    browser: deps.browser(platform.ports),
    traffic: deps.traffic(kube),
    helm: deps.helm,
    ...(isOwn ? own(platform) : nothing),
    namespace,
    imageDigests: await readPushedImages(kube),
    announce: step.detail,
  });
  if (!checkContext.state) step.title(`Check lab ${lab.id}, which was not started (labctl start ${lab.id})`);
  const report = await gradeLab({
    lab: experiments ? lab : withoutExperiments(lab),
    context: checkContext,
    cluster: platform.cluster.name,
    ...(options.only ? { only: options.only } : {}),
    onExercise: ({ title }, phase) => {
      step.detail(phase === "experiment" ? `${title}: experiment` : title);
    },
  });
  if (!experiments) return holdExperiments(lab, report);
  if (checkContext.state && report.status !== "errored") {
    const { score, maxScore, startedAt: at } = report;
    await writeLabState(kube, { ...checkContext.state, lastScore: { score, maxScore, at } });
  }
  return report;
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
