import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { LabRun } from "../labs/lab-run.ts";
import type { Exercise, Lab } from "../labs/schema.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const hint = defineCommand({
  usage: "hint <lab> [exercise]",
  summary: "The next hint, for the first exercise that is not passed",
  description: "Each call gives one hint more, from a nudge to nearly the answer.",
  positionals: {
    ...labPositional,
    exercise: { type: "string", describe: "The exercise, if not the first failed one" },
  },
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const exercise =
      args.exercise === undefined ? await firstFailed(run, deps) : named(run.lab, args.exercise);
    if (!exercise) {
      deps.streams.out.write(`Every exercise of lab ${run.lab.id} is passed.\n`);
      return exitCodes.ok;
    }
    const given = await remember(run, exercise);
    const last = Math.min(given, exercise.hints.length) - 1;
    const count = `${String(last + 1)} of ${String(exercise.hints.length)}`;
    deps.streams.out.write(
      `${exercise.title} (${exercise.id}), hint ${count}:\n  ${exercise.hints[last] ?? ""}\n`,
    );
    deps.streams.out.write(`  ${exercise.docs}\n`);
    return exitCodes.ok;
  },
});

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

/** Experiments are left until nothing else is open: a hint should not delete a student's pod. */
async function firstFailed(run: LabRun, { progress }: Deps): Promise<Exercise | undefined> {
  const { checkLab } = await import("../labs/check-lab.ts");
  const plain = await checkLab(run, { progress, experiments: false });
  const open = plain.exercises.find(({ status }) => status === "failed");
  const failed =
    open ?? (await checkLab(run, { progress })).exercises.find(({ status }) => status !== "passed");
  return run.lab.exercises.find(({ id }) => id === failed?.id);
}

/** Counts the hint in the lab's state; returns how many were given with this one. @throws EnvironmentError when not started. */
async function remember(run: LabRun, { id, hints }: Exercise): Promise<number> {
  const [{ requireLabState }, { writeLabState }] = await Promise.all([
    import("../labs/require-lab-state.ts"),
    import("../labs/state.ts"),
  ]);
  const kube = await run.context.kube();
  const state = await requireLabState(run, kube);
  const given = Math.min((state.hints[id] ?? 0) + 1, hints.length);
  await writeLabState(kube, { ...state, hints: { ...state.hints, [id]: given } });
  return given;
}
