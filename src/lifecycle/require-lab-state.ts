import { EnvironmentError } from "../errors.ts";
import type { Kube } from "../kube/kube.ts";
import type { LabRun } from "./lab-run.ts";
import { readLabState, type LabState } from "../records/state.ts";

/** What is remembered of a started lab. @throws EnvironmentError when it was not started. */
export async function requireLabState({ lab, namespace }: LabRun, kube: Kube): Promise<LabState> {
  const state = await readLabState(kube, namespace);
  if (state) return state;
  throw new EnvironmentError({
    message: `Lab ${lab.id} was not started.`,
    lastSeen: `nothing is remembered of namespace ${namespace}`,
    hint: `Run: labctl start ${lab.id}`,
  });
}
