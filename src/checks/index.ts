/**
 * The kinds of checks: those that look (looks.ts), and those that disturb or belong to labctl's own. A new one is a
 * line in its table and two files: `<kind>-spec.ts` says what stands in lab.yaml, `<kind>.ts` looks. Everything else
 * derives from it.
 */
import { z } from "zod";
import type { DisturbContext, Located } from "./check.ts";
import type { CheckFinding } from "../look/look.ts";
import { autoscaled } from "./resilience/autoscaled-spec.ts";
import { cronJobRun } from "./jobs/cron-job-run-spec.ts";
import { keptApart } from "./scheduling/kept-apart-spec.ts";
import { nodeLoss } from "./resilience/node-loss-spec.ts";
import { outOfEndpoints } from "./resilience/out-of-endpoints-spec.ts";
import { podLossUnnoticed } from "./resilience/pod-loss-unnoticed-spec.ts";
import { podReplaced } from "./resilience/pod-replaced-spec.ts";
import { quiz } from "./quiz-spec.ts";
import { restartedWhenWedged } from "./resilience/restarted-when-wedged-spec.ts";
import { rolloutWithoutLoss } from "./resilience/rollout-without-loss-spec.ts";
import { experiment } from "./resilience/experiment-spec.ts";
import { lookKinds, type LookSpec } from "./looks.ts";
import type { ProgramSpec } from "../programs/program-fields.ts";
import { kindIn, type Specs } from "./table.ts";

export const checkKinds = [
  ...lookKinds,
  podReplaced,
  keptApart,
  cronJobRun,
  restartedWhenWedged,
  outOfEndpoints,
  podLossUnnoticed,
  nodeLoss,
  autoscaled,
  rolloutWithoutLoss,
  experiment,
  quiz,
] as const;

/** One entry of an exercise's `checks`. */
export const checkSpec = z.discriminatedUnion(
  "kind",
  checkKinds.map(({ spec }) => spec) as Specs<typeof checkKinds>,
);

export type CheckSpec = z.infer<typeof checkSpec>;

/** Whether it disturbs the cluster. */
export function isExperiment(spec: CheckSpec): boolean {
  return kindIn(checkKinds, spec).experiment === true;
}

/** Whether it takes away or changes what is there, if only for a while; programs and pages are experiments that do not. */
export function disturbs(spec: CheckSpec): boolean {
  return kindIn(checkKinds, spec).does === "disturbs";
}

/** Whether it works on the nodes themselves, which everything on the cluster shares. */
export function disturbsNodes(spec: CheckSpec): boolean {
  return isExperiment(spec) && kindIn(checkKinds, spec).needs?.includes("nodes") === true;
}

/** What the check cannot do without and this cluster does not have; empty where it can look. */
export function lacks(spec: CheckSpec, context: DisturbContext): readonly string[] {
  const needs = withInner(spec).flatMap(({ value }) => kindIn(checkKinds, value).needs ?? []);
  return needs.filter((part) => context[part] === undefined);
}

/** A check, and those that stand inside of it. */
export function withInner(spec: CheckSpec): readonly Located<CheckSpec>[] {
  const then: readonly LookSpec[] = spec.kind === "experiment" ? spec.then : [];
  return [{ path: [], value: spec }, ...then.map((value, index) => ({ path: ["then", index], value }))];
}

/** The lab's programs that a check runs, wherever they stand in it. */
export function programsIn(spec: CheckSpec): readonly Located<ProgramSpec>[] {
  return withInner(spec).flatMap(({ path, value }) => {
    const own = kindIn(checkKinds, value).programs?.(value) ?? [];
    return own.map((each) => ({ path: [...path, ...each.path], value: each.value }));
  });
}

/** Looks once, by the check's own kind. See `Observer`. */
export function observeCheck(spec: CheckSpec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  return kindIn(checkKinds, spec).observe(spec, context);
}
