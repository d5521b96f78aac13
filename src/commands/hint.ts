import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { LabRun } from "../lifecycle/lab-run.ts";
import type { GivenHint } from "../grade/choose-hint.ts";
import type { Exercise, Lab } from "../lab/schema.ts";
import type { Finding } from "../report/result.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const hint = defineCommand({
  usage: "hint <lab> [exercise]",
  summary: "The next hint, for the first exercise that is not passed",
  description:
    "Each call gives one hint more, from a nudge to nearly the answer; what is about the present failure comes first.",
  positionals: {
    ...labPositional,
    exercise: { type: "string", describe: "The exercise, if not the first failed one" },
  },
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const open =
      args.exercise === undefined
        ? await firstFailed(run, deps)
        : await whatFails(named(run.lab, args.exercise), run, deps);
    if (!open) {
      deps.streams.out.write(`Every exercise of lab ${run.lab.id} is passed.\n`);
      return exitCodes.ok;
    }
    const { title, id, docs } = open.exercise;
    const { text, number, of } = await give(run, open);
    deps.streams.out.write(
      `${title} (${id}), hint ${String(number)} of ${String(of)}:\n  ${text}\n  ${docs}\n`,
    );
    return exitCodes.ok;
  },
});

/** An exercise, and what stands in its way as far as hints ask for it. */
interface Open {
  readonly exercise: Exercise;
  readonly findings: readonly Finding[];
}

function named(lab: Lab, id: string): Exercise {
  const found = lab.exercises.find((exercise) => exercise.id === id);
  if (found) return found;
  const ids = lab.exercises.map((exercise) => exercise.id);
  const near = didYouMean(id, ids);
  throw new UsageError({
    message: `Lab ${lab.id} has no exercise "${id}".`,
    lastSeen: near === undefined ? `It has: ${ids.join(", ")}` : `Did you mean "${near}"?`,
    hint: `Run: labctl hint ${lab.id} ${near ?? ""}`.trim(),
  });
}

/** Most hints are for everyone; only for one that is about a failure the cluster has to be looked at. */
async function whatFails(exercise: Exercise, run: LabRun, { progress }: Deps): Promise<Open> {
  if (exercise.hints.every((hint) => typeof hint === "string")) return { exercise, findings: [] };
  const { checkLab } = await import("../lifecycle/check-lab.ts");
  const { exercises } = await checkLab(run, { progress, experiments: false });
  return { exercise, findings: exercises.find(({ id }) => id === exercise.id)?.findings ?? [] };
}

/** Experiments are left until nothing else is open: a hint should not delete a student's pod. */
async function firstFailed(run: LabRun, { progress }: Deps): Promise<Open | undefined> {
  const { checkLab } = await import("../lifecycle/check-lab.ts");
  const plain = await checkLab(run, { progress, experiments: false });
  const open = plain.exercises.find(({ status }) => status === "failed");
  const failed =
    open ?? (await checkLab(run, { progress })).exercises.find(({ status }) => status !== "passed");
  const exercise = run.lab.exercises.find(({ id }) => id === failed?.id);
  return exercise && { exercise, findings: failed?.findings ?? [] };
}

/** Remembers the hint in the lab's state. @throws EnvironmentError when the lab was not started. */
async function give(run: LabRun, { exercise, findings }: Open): Promise<GivenHint> {
  const [{ requireLabState }, { writeLabState }, { nextHint }] = await Promise.all([
    import("../lifecycle/require-lab-state.ts"),
    import("../records/state.ts"),
    import("../grade/choose-hint.ts"),
  ]);
  const kube = await run.context.kube();
  const state = await requireLabState(run, kube);
  const given = state.hints[exercise.id] ?? [];
  const hint = nextHint({ exercise, findings, given });
  if (!hint) throw new Error(`exercise ${exercise.id} has no hint`);
  const all = [...new Set([...given, hint.index])];
  await writeLabState(kube, { ...state, hints: { ...state.hints, [exercise.id]: all } });
  return hint;
}
