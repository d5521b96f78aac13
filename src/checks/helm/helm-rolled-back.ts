import { z } from "zod";
import type { Release } from "../../helm/release.ts";
import { defineCheck, type CheckFinding } from "../check.ts";
import { chartOf, describeHistory, requireRelease } from "./releases.ts";

const spec = z.strictObject({
  kind: z.literal("helm-rolled-back"),
  release: z.string().min(1),
  to: z.int().positive().default(1).describe("The revision whose objects it has again."),
});

/** A rollback: an old revision's manifest under a new number. */
export const helmRolledBack = defineCheck({
  kind: "helm-rolled-back",
  summary: "A Helm release has an earlier revision's manifest again, by a rollback from another one.",
  spec,
  async observe({ release: name, to }, context) {
    const found = await requireRelease(context, name);
    if (!found.ok) return found.findings;
    const why = whyNot({ name, to, history: found.history, latest: found.latest });
    if (!why) return [];
    return [
      {
        object: `Release/${name}`,
        expected: `a rollback to revision ${String(to)}`,
        actual: `revision ${describeHistory(found.history)}`,
        message: why.message,
        next: why.next ?? `helm -n ${context.namespace} history ${name}`,
      },
    ];
  },
});

interface Seen {
  readonly name: string;
  readonly to: number;
  readonly history: readonly Release[];
  readonly latest: Release;
}

type Why = Pick<CheckFinding, "message" | "next">;

function whyNot({ name, to, history, latest }: Seen): Why | undefined {
  const target = history.find(({ revision }) => revision === to);
  const now = `revision ${String(latest.revision)} (${chartOf(latest)})`;
  if (!target) {
    return {
      message: `Helm remembers no revision ${String(to)} of release ${name} any more: nothing to go back to.`,
    };
  }
  if (latest.revision === to) {
    return {
      message: `Release ${name} has only got to revision ${String(to)}: there is nothing to roll back yet.`,
    };
  }
  if (latest.status !== "deployed") {
    return { message: `Release ${name} is at ${now}, which is ${latest.status}: ${latest.description}.` };
  }
  if (latest.manifest !== target.manifest) {
    return { message: `Release ${name} is at ${now}, whose manifest is not that of revision ${String(to)}.` };
  }
  const between = history.filter(({ revision }) => revision > to && revision < latest.revision);
  if (!between.some(({ manifest }) => manifest !== target.manifest)) {
    return {
      message: `Release ${name} never was anything else than revision ${String(to)}: upgrade it first, then roll back.`,
    };
  }
  if (latest.rolledBackTo === undefined) {
    return {
      message: `Release ${name} is at ${now}, which was reached by another upgrade ("${latest.description}"), not by a rollback.`,
    };
  }
  return undefined;
}
