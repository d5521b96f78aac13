import type { Deps } from "../deps.ts";
import { didYouMean } from "../did-you-mean.ts";
import { LabDefinitionError, UsageError } from "../errors.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import type { LabRun } from "../lifecycle/lab-run.ts";
import type { Exercise, Lab } from "../lab/schema.ts";
import type { GlobalArgs } from "./command.ts";
import { openContext } from "./open-context.ts";

/** The positional of commands that work on one lab. */
export const labPositional = {
  lab: { type: "string", demandOption: true, describe: "The lab's id, as labctl list shows it" },
} as const;

/** The lab of this id. @throws UsageError with the nearest id, LabDefinitionError for a broken lab.yaml. */
export async function openLab(id: string, deps: Deps): Promise<Lab> {
  // zod and the table of checks are loaded where a lab is read, not for --help.
  const [{ discoverLabs }, { findLab }] = await Promise.all([
    import("../lab/discover.ts"),
    import("../lab/find-lab.ts"),
  ]);
  return findLab(await discoverLabs(deps.places.project, deps.places.labs), id);
}

/** The exercise of this id. @throws UsageError with the nearest id, for `labctl <command> <lab> <exercise>`. */
export function requireExercise(lab: Lab, id: string, command: string): Exercise {
  const found = lab.exercises.find((exercise) => exercise.id === id);
  if (found) return found;
  const ids = lab.exercises.map((exercise) => exercise.id);
  const near = didYouMean(id, ids);
  throw new UsageError({
    message: `Lab ${lab.id} has no exercise "${id}".`,
    lastSeen: near === undefined ? `It has: ${ids.join(", ")}` : `Did you mean "${near}"?`,
    hint: `Run: labctl ${command} ${lab.id} ${near ?? ""}`.trim(),
  });
}

/** All labs. @throws LabDefinitionError when any lab.yaml is broken. */
export async function openAllLabs(deps: Deps): Promise<readonly Lab[]> {
  const { discoverLabs } = await import("../lab/discover.ts");
  const { labs, problems } = await discoverLabs(deps.places.project, deps.places.labs);
  if (problems.length > 0) throw new LabDefinitionError(problems);
  return labs;
}

/** A lab on the cluster and in the namespace that the command line names. */
export async function openLabRun(args: GlobalArgs & { readonly lab: string }, deps: Deps): Promise<LabRun> {
  const lab = await openLab(args.lab, deps);
  return {
    lab,
    namespace: args.namespace ?? defaultNamespace(lab.id),
    context: await openContext(args, deps),
  };
}
