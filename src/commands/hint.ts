import type { Deps } from "../deps.ts";
import { EnvironmentError, exitCodes } from "../errors.ts";
import type { LabRun } from "../lifecycle/lab-run.ts";
import type { GivenHint } from "../grade/choose-hint.ts";
import type { Exercise } from "../lab/schema.ts";
import type { Finding } from "../report/result.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun, requireExercise } from "./open-lab.ts";

export const hint = defineCommand({
  usage: "hint <lab> [exercise]",
  summary: "The next hint, for the first exercise that is not passed",
  description:
    "Each call gives one hint more: a nudge, what is about the present failure, nearly the answer.",
  positionals: {
    ...labPositional,
    exercise: { type: "string", describe: "The exercise, if not the first failed one" },
  },
  timeout: { usual: "45m" },
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const { requireOwnState } = await import("../lifecycle/own-state.ts");
    const named = args.exercise === undefined ? undefined : requireExercise(run.lab, args.exercise, "hint");
    await requireOwnState(run, await run.context.kube());
    const open = await (named ? whatFails(named, run, deps) : firstFailed(run, deps));
    if (typeof open === "string") {
      deps.streams.out.write(`${open}\n`);
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

/** Most hints are for everyone; only for one that is about a failure the cluster has to be looked at. */
async function whatFails(exercise: Exercise, run: LabRun, { progress }: Deps): Promise<Open> {
  if (exercise.hints.every((hint) => typeof hint === "string")) return { exercise, findings: [] };
  const { checkLab } = await import("../lifecycle/check-lab.ts");
  const { exercises } = await checkLab(run, { progress, experiments: false });
  return { exercise, findings: exercises.find(({ id }) => id === exercise.id)?.findings ?? [] };
}

/** The first exercise that fails by a look alone, or a sentence: a hint deletes no student's pod to find out. */
async function firstFailed({ lab, ...run }: LabRun, { progress }: Deps): Promise<Open | string> {
  const { checkLab } = await import("../lifecycle/check-lab.ts");
  const { status, exercises } = await checkLab({ lab, ...run }, { progress, experiments: false });
  const failed = exercises.find((result) => result.status === "failed");
  const exercise = lab.exercises.find(({ id }) => id === failed?.id);
  if (failed && exercise) return { exercise, findings: failed.findings };
  const unseen = exercises.find((result) => result.status === "errored");
  if (unseen) {
    throw new EnvironmentError({
      message: `Exercise ${unseen.id} could not be looked at.`,
      ...(unseen.reason === undefined ? {} : { lastSeen: unseen.reason }),
      hint: `For a hint all the same, name it: labctl hint ${lab.id} ${unseen.id}`,
    });
  }
  if (status === "passed") return `Every exercise of lab ${lab.id} is passed.`;
  const open = exercises.filter((result) => result.status !== "passed").map(({ id }) => id);
  return `Nothing stands in the way of ${open.join(", ")} by a look alone; experiments tell: labctl check ${lab.id}\nFor a hint all the same, name one: labctl hint ${lab.id} ${open[0] ?? ""}`;
}

/** Remembers the hint in the lab's state. @throws EnvironmentError when the lab was not started. */
async function give(run: LabRun, { exercise, findings }: Open): Promise<GivenHint> {
  const [{ changeOwnState }, { nextHint }] = await Promise.all([
    import("../lifecycle/own-state.ts"),
    import("../grade/choose-hint.ts"),
  ]);
  let hint: GivenHint | undefined;
  await changeOwnState(run, await run.context.kube(), (state) => {
    const given = state.hints[exercise.id] ?? [];
    hint = nextHint({ exercise, findings, given });
    if (!hint || given.includes(hint.index)) return undefined;
    return { ...state, hints: { ...state.hints, [exercise.id]: [...given, hint.index] } };
  });
  if (!hint) throw new Error(`exercise ${exercise.id} has no hint`);
  return hint;
}
