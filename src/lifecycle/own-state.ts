/** The state of the very lab that a command is about: a namespace holds one lab, and another's is refused. */
import { EnvironmentError, UsageError } from "../errors.ts";
import type { Kube } from "../kube/kube.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import type { LabRun } from "./lab-run.ts";
import { changeLabState, readLabState, readStoredState, type LabState } from "../records/state.ts";
import { systemNamespace } from "../records/system-namespace.ts";

type Own = Pick<LabRun, "lab" | "namespace">;

/**
 * What is remembered of the lab, or undefined when it was not started.
 * @throws UsageError when the namespace is another lab's, EnvironmentError when what is there cannot be read.
 */
export async function readOwnState(run: Own, kube: Kube): Promise<LabState | undefined> {
  const state = await readLabState(kube, run.namespace);
  if (state) refuseOther(run, state.lab);
  return state;
}

/** For what needs no state, and goes on where what is there cannot be read. @throws UsageError for another lab's namespace. */
export async function refuseOtherLab(run: Own, kube: Kube): Promise<void> {
  const stored = await readStoredState(kube, run.namespace);
  const lab = stored?.readable === true ? stored.state.lab : stored?.lab;
  if (lab !== undefined) refuseOther(run, lab);
}

/** @throws as `readOwnState` does, and EnvironmentError when the lab was not started. */
export async function requireOwnState(run: Own, kube: Kube): Promise<LabState> {
  return (await readOwnState(run, kube)) ?? refuseUnstarted(run);
}

/**
 * Changes what is remembered of the lab; what others write meanwhile is kept. See `changeLabState`.
 * @throws as `requireOwnState` does.
 */
export async function changeOwnState(
  run: Own,
  kube: Kube,
  change: (state: LabState) => LabState | undefined,
): Promise<LabState> {
  const changed = await changeLabState(kube, run.namespace, (state) => {
    refuseOther(run, state.lab);
    return change(state);
  });
  return changed ?? refuseUnstarted(run);
}

function refuseOther({ lab, namespace }: Own, found: string): void {
  if (found === lab.id) return;
  const where = namespace === defaultNamespace(found) ? "" : ` -n ${namespace}`;
  throw new UsageError({
    message: `Namespace ${namespace} has lab ${found}, not ${lab.id}.`,
    lastSeen: `ConfigMap ${systemNamespace}/${namespace} remembers lab ${found}`,
    hint: `Leave -n out for lab ${lab.id}, or name another namespace; for what is there, run: labctl check ${found}${where}`,
  });
}

function refuseUnstarted({ lab, namespace }: Own): never {
  throw new EnvironmentError({
    message: `Lab ${lab.id} was not started.`,
    lastSeen: `nothing is remembered of namespace ${namespace}`,
    hint: `Run: labctl start ${lab.id}`,
  });
}
