/**
 * The kinds of checks. A new one is a line in this table and two files: `<kind>-spec.ts` says what stands in lab.yaml,
 * `<kind>.ts` looks. Everything else derives from it.
 */
import { z } from "zod";
import type { CheckContext, CheckFinding } from "./check.ts";
import { autoscaled } from "./resilience/autoscaled-spec.ts";
import { cronJobRun } from "./jobs/cron-job-run-spec.ts";
import { cronJob } from "./jobs/cron-job-spec.ts";
import { daskComputes } from "./leaving/dask-computes.ts";
import { daskNotebook } from "./leaving/dask-notebook.ts";
import { daskSurvives } from "./leaving/dask-survives.ts";
import { daskWorkers } from "./leaving/dask-workers.ts";
import { dns } from "./traffic/dns-spec.ts";
import { endpoints } from "./traffic/endpoints-spec.ts";
import { helmGone } from "./helm/helm-gone-spec.ts";
import { helmRelease } from "./helm/helm-release-spec.ts";
import { helmRolledBack } from "./helm/helm-rolled-back-spec.ts";
import { helmUpgraded } from "./helm/helm-upgraded-spec.ts";
import { http } from "./traffic/http-spec.ts";
import { indexedJob } from "./jobs/indexed-job-spec.ts";
import { indexedResults } from "./leaving/indexed-results.ts";
import { jobComplete } from "./jobs/job-complete-spec.ts";
import { jobRetried } from "./jobs/job-retried-spec.ts";
import { jupyterKernel } from "./leaving/jupyter-kernel.ts";
import { jupyterLogin } from "./leaving/jupyter-login.ts";
import { jupyterPersist } from "./leaving/jupyter-persist.ts";
import { keptApart } from "./scheduling/kept-apart-spec.ts";
import { localContainer } from "./images/local-container-spec.ts";
import { localImage } from "./images/local-image-spec.ts";
import { modelMetrics } from "./leaving/model-metrics.ts";
import { modelServed } from "./leaving/model-served.ts";
import { modelUpdate } from "./leaving/model-update.ts";
import { nodeLoss } from "./resilience/node-loss-spec.ts";
import { ociChart } from "./helm/oci-chart-spec.ts";
import { outOfEndpoints } from "./resilience/out-of-endpoints-spec.ts";
import { podLossUnnoticed } from "./resilience/pod-loss-unnoticed-spec.ts";
import { podReplaced } from "./resilience/pod-replaced-spec.ts";
import { page } from "./pages/page-spec.ts";
import { pod } from "./workloads/pod-spec.ts";
import { program } from "./programs/program-spec.ts";
import { podsServe } from "./workloads/pods-serve-spec.ts";
import { pushedImage } from "./images/pushed-image-spec.ts";
import { quiz } from "./quiz-spec.ts";
import { requests } from "./workloads/requests-spec.ts";
import { resource } from "./objects/resource-spec.ts";
import { restartedWhenWedged } from "./resilience/restarted-when-wedged-spec.ts";
import { rolledBack } from "./workloads/rolled-back-spec.ts";
import { rolledOut } from "./workloads/rolled-out-spec.ts";
import { rolloutWithoutLoss } from "./resilience/rollout-without-loss-spec.ts";
import { scheduledOn } from "./scheduling/scheduled-on-spec.ts";
import { secretByReference } from "./workloads/secret-by-reference-spec.ts";
import { spread } from "./scheduling/spread-spec.ts";
import { tainted } from "./scheduling/tainted-spec.ts";
import { tlsCertificate } from "./traffic/tls-certificate-spec.ts";
import { trainedModel } from "./leaving/trained-model.ts";
import { unchangedPods } from "./workloads/unchanged-pods-spec.ts";
import { votesCounted } from "./leaving/votes-counted.ts";
import { votesKept } from "./leaving/votes-kept.ts";
import { votesNotLost } from "./leaving/votes-not-lost.ts";
import { votesStored } from "./leaving/votes-stored.ts";
import { votesWhileUpdated } from "./leaving/votes-while-updated.ts";
import { workload } from "./workloads/workload-spec.ts";

export const checkKinds = [
  resource,
  pod,
  workload,
  podsServe,
  secretByReference,
  endpoints,
  http,
  dns,
  unchangedPods,
  podReplaced,
  tlsCertificate,
  helmRelease,
  helmUpgraded,
  helmRolledBack,
  ociChart,
  helmGone,
  localImage,
  localContainer,
  pushedImage,
  scheduledOn,
  spread,
  keptApart,
  tainted,
  requests,
  jobComplete,
  trainedModel,
  jobRetried,
  indexedJob,
  indexedResults,
  cronJob,
  cronJobRun,
  restartedWhenWedged,
  outOfEndpoints,
  podLossUnnoticed,
  nodeLoss,
  autoscaled,
  rolledOut,
  rolloutWithoutLoss,
  rolledBack,
  daskWorkers,
  daskComputes,
  daskSurvives,
  daskNotebook,
  jupyterLogin,
  jupyterKernel,
  jupyterPersist,
  modelMetrics,
  modelServed,
  modelUpdate,
  votesStored,
  votesCounted,
  votesNotLost,
  votesKept,
  votesWhileUpdated,
  program,
  page,
  quiz,
] as const;

type Specs<Kinds extends readonly { readonly spec: z.ZodObject }[]> = {
  -readonly [Index in keyof Kinds]: Kinds[Index]["spec"];
};

/** One entry of an exercise's `checks`. */
export const checkSpec = z.discriminatedUnion(
  "kind",
  checkKinds.map(({ spec }) => spec) as Specs<typeof checkKinds>,
);

export type CheckSpec = z.infer<typeof checkSpec>;

/** Whether it disturbs the cluster. */
export function isExperiment(spec: CheckSpec): boolean {
  return kindOf(spec).experiment === true;
}

/** Whether it works on the nodes themselves, which everything on the cluster shares. */
export function disturbsNodes(spec: CheckSpec): boolean {
  return isExperiment(spec) && kindOf(spec).needs?.includes("nodes") === true;
}

/** What the check cannot do without and this cluster does not have; empty where it can look. */
export function lacks(spec: CheckSpec, context: CheckContext): readonly string[] {
  return (kindOf(spec).needs ?? []).filter((part) => context[part] === undefined);
}

/** Looks once, by the check's own kind. See `Observer`. */
export function observeCheck(spec: CheckSpec, context: CheckContext): Promise<readonly CheckFinding[]> {
  return kindOf(spec).observe(spec, context);
}

/** A kind with its spec's type forgotten: the table pairs each spec with its own kind. */
interface AnyKind {
  readonly kind: string;
  readonly experiment?: boolean;
  readonly needs?: readonly ("nodes" | "docker" | "registry")[];
  observe(spec: CheckSpec, context: CheckContext): Promise<readonly CheckFinding[]>;
}

function kindOf(spec: CheckSpec): AnyKind {
  const kinds = checkKinds as readonly unknown[] as readonly AnyKind[];
  const found = kinds.find(({ kind }) => kind === spec.kind);
  if (!found) throw new Error(`The table of checks has no kind ${spec.kind}.`);
  return found;
}
