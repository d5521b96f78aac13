import { readReleases } from "../../helm/read-releases.ts";
import type { MadeObject } from "../../records/state.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { labName } from "../../look/lab-name.ts";
import type { Spec } from "./helm-gone-spec.ts";

export async function observe(
  { release: name }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const { kube, namespace, state } = context;
  const made = state?.releases?.[name];
  if (!made) return [neverStarted(name, context)];
  const history = await readReleases(kube, { namespace, name });
  const left = (await Promise.all(made.map((object) => isLeft(object, context)))).flat();
  const latest = history.at(-1);
  if (latest && latest.status !== "uninstalled") return [installed(name, namespace)];
  return [
    ...left.map((object) => orphan(object, { name, namespace })),
    ...(latest ? [kept(name, namespace)] : []),
  ];
}

/** The object, where it is still the very one. */
async function isLeft(object: MadeObject, { kube, namespace }: LookContext): Promise<readonly MadeObject[]> {
  const { uid, ...ref } = object;
  const found = await kube.read({ ...ref, namespace: ref.namespace ?? namespace });
  return found?.metadata.uid === uid ? [object] : [];
}

function neverStarted(name: string, context: LookContext): CheckFinding {
  return {
    object: `Release/${name}`,
    reason: "lab-not-started",
    expected: "the release that labctl start made",
    actual: "none was recorded",
    message: `The lab in namespace ${context.namespace} was not started by labctl, so what release ${name} made is not known.`,
    next: `labctl start ${labName(context)}`,
  };
}

function installed(name: string, namespace: string): CheckFinding {
  return {
    object: `Release/${name}`,
    reason: "still-installed",
    expected: `no release ${name}`,
    actual: "installed",
    message: `Release ${name} is still installed, with everything that it made.`,
    next: `helm -n ${namespace} list`,
  };
}

interface Place {
  readonly name: string;
  readonly namespace: string;
}

function orphan({ kind, name: object }: MadeObject, { name, namespace }: Place): CheckFinding {
  return {
    object: `${kind}/${object}`,
    reason: "left-behind",
    expected: "gone with its release",
    actual: "still there",
    message: `Helm has forgotten release ${name}, but ${kind} ${object}, which it made, is still there: now it has to go by hand.`,
    next: `kubectl -n ${namespace} get ${kind.toLowerCase()} ${object}`,
  };
}

function kept(name: string, namespace: string): CheckFinding {
  return {
    object: `Release/${name}`,
    reason: "history-kept",
    expected: `no trace of release ${name}`,
    actual: "uninstalled, its history kept",
    message: `Release ${name} is uninstalled, but its history was kept (--keep-history); uninstall it once more without.`,
    next: `helm -n ${namespace} uninstall ${name}`,
  };
}
