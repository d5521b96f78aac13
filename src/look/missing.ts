import type { CheckFinding } from "./look.ts";

interface MissingRef {
  readonly kind: string;
  readonly name: string;
  /** Left out for a cluster-scoped kind. */
  readonly namespace?: string;
}

/** The finding for an object that does not exist. */
export function missing({ kind, name, namespace }: MissingRef): CheckFinding {
  const place = namespace === undefined ? "" : ` in namespace ${namespace}`;
  const flag = namespace === undefined ? "" : ` -n ${namespace}`;
  return {
    object: `${kind}/${name}`,
    reason: "not-found",
    expected: `a ${kind} named ${name}`,
    actual: "not found",
    message: `There is no ${kind} ${name}${place} yet.`,
    next: `kubectl${flag} get ${kind.toLowerCase()}`,
  };
}
