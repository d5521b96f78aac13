/** The kinds of checks. A new one is a file here and a line in this table; everything else derives from it. */
import { z } from "zod";
import type { CheckContext, CheckFinding } from "./check.ts";
import { autoscaled } from "./autoscaled.ts";
import { cronJobRun } from "./cron-job-run.ts";
import { cronJob } from "./cron-job.ts";
import { daskComputes } from "./dask-computes.ts";
import { daskNotebook } from "./dask-notebook.ts";
import { daskScaled } from "./dask-scaled.ts";
import { daskSurvives } from "./dask-survives.ts";
import { daskWorkers } from "./dask-workers.ts";
import { dns } from "./dns.ts";
import { endpoints } from "./endpoints.ts";
import { gatewayCluster } from "./gateway-cluster.ts";
import { helmGone } from "./helm-gone.ts";
import { helmRelease } from "./helm-release.ts";
import { helmRolledBack } from "./helm-rolled-back.ts";
import { helmUpgraded } from "./helm-upgraded.ts";
import { http } from "./http.ts";
import { hubIsolation } from "./hub-isolation.ts";
import { hubLogin } from "./hub-login.ts";
import { hubServers } from "./hub-servers.ts";
import { indexedJob } from "./indexed-job.ts";
import { indexedResults } from "./indexed-results.ts";
import { jobComplete } from "./job-complete.ts";
import { jobRetried } from "./job-retried.ts";
import { jupyterKernel } from "./jupyter-kernel.ts";
import { jupyterLogin } from "./jupyter-login.ts";
import { jupyterPersist } from "./jupyter-persist.ts";
import { keptApart } from "./kept-apart.ts";
import { localContainer } from "./local-container.ts";
import { localImage } from "./local-image.ts";
import { modelMetrics } from "./model-metrics.ts";
import { modelServed } from "./model-served.ts";
import { modelUpdate } from "./model-update.ts";
import { nodeLoss } from "./node-loss.ts";
import { ociChart } from "./oci-chart.ts";
import { outOfEndpoints } from "./out-of-endpoints.ts";
import { podLossUnnoticed } from "./pod-loss-unnoticed.ts";
import { podReplaced } from "./pod-replaced.ts";
import { pod } from "./pod.ts";
import { podsServe } from "./pods-serve.ts";
import { predictionPage } from "./prediction-page.ts";
import { pushedImage } from "./pushed-image.ts";
import { quiz } from "./quiz.ts";
import { requests } from "./requests.ts";
import { resource } from "./resource.ts";
import { restartedWhenWedged } from "./restarted-when-wedged.ts";
import { rolledBack } from "./rolled-back.ts";
import { rolledOut } from "./rolled-out.ts";
import { rolloutWithoutLoss } from "./rollout-without-loss.ts";
import { scheduledOn } from "./scheduled-on.ts";
import { spread } from "./spread.ts";
import { tainted } from "./tainted.ts";
import { tlsCertificate } from "./tls-certificate.ts";
import { trainedModel } from "./trained-model.ts";
import { unchangedPods } from "./unchanged-pods.ts";
import { votesCounted } from "./votes-counted.ts";
import { votesKept } from "./votes-kept.ts";
import { votesNotLost } from "./votes-not-lost.ts";
import { votesStored } from "./votes-stored.ts";
import { votesWhileUpdated } from "./votes-while-updated.ts";
import { workload } from "./workload.ts";

export const checkKinds = [
  resource,
  pod,
  workload,
  podsServe,
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
  daskScaled,
  daskSurvives,
  daskNotebook,
  jupyterLogin,
  jupyterKernel,
  jupyterPersist,
  hubLogin,
  hubServers,
  gatewayCluster,
  hubIsolation,
  modelMetrics,
  modelServed,
  predictionPage,
  modelUpdate,
  votesStored,
  votesCounted,
  votesNotLost,
  votesKept,
  votesWhileUpdated,
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

/** Looks once, by the check's own kind. See `CheckKind.observe`. */
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
