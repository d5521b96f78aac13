import { isExperiment } from "../checks/index.ts";
import { EnvironmentError, LabctlError, exitCodes } from "../errors.ts";
import { createCheckContext } from "../grade/check-context.ts";
import { erroredReport, gradeLab } from "../grade/grade-lab.ts";
import type { CheckReport, ExerciseResult } from "../report/result.ts";
import type { Progress, StepProgress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";
import type { Lab } from "./schema.ts";
import { writeLabState } from "./state.ts";

export interface CheckLabOptions {
  readonly progress: Progress;
  /** false: what would disturb the cluster is left out, and its exercise is skipped where the rest of it passed. */
  readonly experiments?: boolean;
}

/** Grades a lab on its cluster. An outage is a report, too: every exercise errored, and no points touched. */
export async function checkLab(run: LabRun, options: CheckLabOptions): Promise<CheckReport> {
  const { lab, namespace, context } = run;
  const { clock } = context.deps;
  const cluster = context.platform.cluster.name;
  return options.progress.step(`Check lab ${lab.id}`, async (step) => {
    try {
      return await grade(run, options.experiments ?? true, step);
    } catch (error) {
      if (!(error instanceof LabctlError) || error.exitCode !== exitCodes.environment) throw error;
      return erroredReport({ lab, cluster, namespace, clock, reason: `${error.message} ${error.hint}` });
    }
  });
}

async function grade(run: LabRun, experiments: boolean, step: StepProgress): Promise<CheckReport> {
  const { lab, namespace, context } = run;
  const { deps, platform } = context;
  const kube = await context.kube();
  await refuseSilence(kube.get("/readyz"));
  const checkContext = await createCheckContext({
    deps,
    kube,
    probe: deps.probe(kube),
    frontDoor: deps.frontDoor(platform.choice.ports),
    namespace,
    imageDigests: await imageDigests(run),
  });
  const report = await gradeLab({
    lab: experiments ? lab : withoutExperiments(lab),
    context: checkContext,
    cluster: platform.cluster.name,
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

/** Of a cluster that is stopped every check would tell the same; one look tells it once. */
async function refuseSilence(answer: Promise<string>): Promise<void> {
  const text = await answer;
  if (text.trim() === "ok") return;
  throw new EnvironmentError({
    message: "The cluster is not ready.",
    lastSeen: text,
    hint: "Run: labctl up",
  });
}

/** What the registry holds for the images that the lab needs, by the reference that a pod names. */
async function imageDigests({ lab, context }: LabRun): Promise<Readonly<Record<string, string>>> {
  const { images, registry } = context.platform;
  if (lab.needs.images.length === 0) return {};
  const needed = (await images.list()).filter(({ name }) => lab.needs.images.includes(name));
  const found = await Promise.all(
    needed.map(async ({ repository }) => {
      const digest = repository === undefined ? undefined : await registry.digest(repository);
      return digest === undefined ? [] : [[`${registry.host}/${repository ?? ""}`, digest] as const];
    }),
  );
  return Object.fromEntries(found.flat());
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
  return { ...report, exercises, score: exercises.reduce((sum, { score }) => sum + score, 0) };
}
