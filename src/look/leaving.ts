import type { KubeObject } from "../kube/objects.ts";
import type { CheckFinding } from "./look.ts";

/** The finding for an object that somebody has deleted and that is still there, held by a finalizer; none for others. */
export function leaving({ kind, metadata }: KubeObject): readonly CheckFinding[] {
  const { name, namespace, deletionTimestamp } = metadata;
  if (deletionTimestamp === undefined) return [];
  const flag = namespace === undefined ? "" : ` -n ${namespace}`;
  return [
    {
      object: `${kind}/${name}`,
      reason: "being-deleted",
      expected: `a ${kind} named ${name} that stays`,
      actual: `deleted at ${deletionTimestamp}`,
      message: `${kind} ${name} is being deleted: it is still there, and looked after no more.`,
      next: `kubectl${flag} get ${kind.toLowerCase()} ${name} -o yaml`,
    },
  ];
}
