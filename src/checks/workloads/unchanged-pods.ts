import { readDeploymentPods, uidsOf } from "../../kube/deployment-pods.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { labName } from "../../look/lab-name.ts";
import { missing } from "../../look/missing.ts";
import type { Spec } from "./unchanged-pods-spec.ts";

export async function observe({ deployment }: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const { kube, namespace, state } = context;
  const before = state?.podUids[deployment];
  if (!before) return [neverStarted(deployment, context)];
  const found = await readDeploymentPods(kube, { namespace, name: deployment });
  if (!found) return [missing({ kind: "Deployment", name: deployment, namespace })];
  const now = uidsOf(found.live);
  const gone = before.filter((uid) => !now.has(uid));
  const added = [...now].filter((uid) => !before.includes(uid));
  if (gone.length === 0 && added.length === 0) return [];
  return [replaced({ deployment, namespace, gone: gone.length, added: added.length })];
}

function neverStarted(deployment: string, context: LookContext): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    reason: "lab-not-started",
    expected: "the pods that labctl start made",
    actual: "none were recorded",
    message: `The lab in namespace ${context.namespace} was not started by labctl, so its pods cannot be told from others.`,
    next: `labctl start ${labName(context)}`,
  };
}

interface Replaced {
  readonly deployment: string;
  readonly namespace: string;
  readonly gone: number;
  readonly added: number;
}

function replaced({ deployment, namespace, gone, added }: Replaced): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "metadata.uid of its pods",
    reason: "pods-replaced",
    expected: "the pods that were there at the start",
    actual: `${String(gone)} of them gone, ${String(added)} new`,
    message: `The pods of Deployment ${deployment} were to be left alone, but they were replaced; labctl reset starts over.`,
    next: `kubectl -n ${namespace} get pods`,
  };
}
