import type { Release } from "../../helm/release.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { chartOf, describeHistory, requireRelease, wasDeployed } from "./releases.ts";
import type { Spec } from "./helm-rolled-back-spec.ts";

export async function observe(
  { release: name, to }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const found = await requireRelease(context, name);
  if (!found.ok) return found.findings;
  const why = whyNot({ name, to, history: found.history, latest: found.latest });
  if (!why) return [];
  return [
    {
      object: `Release/${name}`,
      expected: `a rollback to revision ${String(to)}`,
      actual: `revision ${describeHistory(found.history)}`,
      reason: why.reason,
      message: why.message,
      next: why.next ?? `helm -n ${context.namespace} history ${name}`,
    },
  ];
}

interface Seen {
  readonly name: string;
  readonly to: number;
  readonly history: readonly Release[];
  readonly latest: Release;
}

type Why = Pick<CheckFinding, "message" | "next"> & { readonly reason: string };

function whyNot({ name, to, history, latest }: Seen): Why | undefined {
  const target = history.find(({ revision }) => revision === to);
  const now = `revision ${String(latest.revision)} (${chartOf(latest)})`;
  if (!target) {
    return {
      reason: "revision-forgotten",
      message: `Helm remembers no revision ${String(to)} of release ${name} any more: nothing to go back to.`,
    };
  }
  if (latest.revision === to) {
    return {
      reason: "nothing-to-roll-back",
      message: `Release ${name} has only got to revision ${String(to)}: there is nothing to roll back yet.`,
    };
  }
  if (latest.status === "deployed" && history.some((each) => wasRolledBack(each, target, history)))
    return undefined;
  if (latest.status !== "deployed") {
    return {
      reason: "release-not-deployed",
      message: `Release ${name} is at ${now}, which is ${latest.status}: ${latest.description}.`,
    };
  }
  if (latest.manifest !== target.manifest) {
    return {
      reason: "another-manifest",
      message: `Release ${name} is at ${now}, whose manifest is not that of revision ${String(to)}.`,
    };
  }
  const between = history.filter(({ revision }) => revision > to && revision < latest.revision);
  if (!between.some(({ manifest }) => manifest !== target.manifest)) {
    return {
      reason: "nothing-to-roll-back",
      message: `Release ${name} never was anything else than revision ${String(to)}: upgrade it first, then roll back.`,
    };
  }
  return {
    reason: "upgraded-back",
    message: `Release ${name} is at ${now}, which was reached by another upgrade ("${latest.description}"), not by a rollback.`,
  };
}

/** An upgrade that is done again afterwards takes nothing back of a rollback that was. */
function wasRolledBack(release: Release, target: Release, history: readonly Release[]): boolean {
  const between = history.filter(({ revision }) => revision > target.revision && revision < release.revision);
  return (
    release.rolledBackTo !== undefined &&
    release.manifest === target.manifest &&
    wasDeployed(release) &&
    between.some(({ manifest }) => manifest !== target.manifest)
  );
}
