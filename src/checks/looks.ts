/**
 * The kinds of checks that look and take nothing away, so that they may stand in `then` of an experiment, too. A new
 * one is a line in this table and two files: `<kind>-spec.ts` says what stands in lab.yaml, `<kind>.ts` looks.
 */
import { z } from "zod";
import type { ActContext } from "./check.ts";
import type { CheckFinding } from "../look/look.ts";
import { helmGone } from "./helm/helm-gone-spec.ts";
import { helmRelease } from "./helm/helm-release-spec.ts";
import { helmRolledBack } from "./helm/helm-rolled-back-spec.ts";
import { helmUpgraded } from "./helm/helm-upgraded-spec.ts";
import { ociChart } from "./helm/oci-chart-spec.ts";
import { localContainer } from "./images/local-container-spec.ts";
import { localImage } from "./images/local-image-spec.ts";
import { pushedImage } from "./images/pushed-image-spec.ts";
import { cronJob } from "./jobs/cron-job-spec.ts";
import { indexedJob } from "./jobs/indexed-job-spec.ts";
import { jobComplete } from "./jobs/job-complete-spec.ts";
import { jobRetried } from "./jobs/job-retried-spec.ts";
import { resource } from "./objects/resource-spec.ts";
import { program } from "./programs/program-spec.ts";
import { scheduledOn } from "./scheduling/scheduled-on-spec.ts";
import { spread } from "./scheduling/spread-spec.ts";
import { tainted } from "./scheduling/tainted-spec.ts";
import { dns } from "./traffic/dns-spec.ts";
import { endpoints } from "./traffic/endpoints-spec.ts";
import { http } from "./traffic/http-spec.ts";
import { tlsCertificate } from "./traffic/tls-certificate-spec.ts";
import { pod } from "./workloads/pod-spec.ts";
import { podsServe } from "./workloads/pods-serve-spec.ts";
import { requests } from "./workloads/requests-spec.ts";
import { rolledBack } from "./workloads/rolled-back-spec.ts";
import { rolledOut } from "./workloads/rolled-out-spec.ts";
import { secretByReference } from "./workloads/secret-by-reference-spec.ts";
import { unchangedPods } from "./workloads/unchanged-pods-spec.ts";
import { workload } from "./workloads/workload-spec.ts";
import { page } from "./pages/page-spec.ts";
import { kindIn, type Specs } from "./table.ts";

export const lookKinds = [
  resource,
  pod,
  workload,
  podsServe,
  secretByReference,
  endpoints,
  http,
  dns,
  unchangedPods,
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
  tainted,
  requests,
  jobComplete,
  jobRetried,
  indexedJob,
  cronJob,
  rolledOut,
  rolledBack,
  program,
  page,
] as const satisfies readonly { readonly does: "looks" | "acts" }[];

/** One entry of an experiment's `then`. */
export const lookSpec = z
  .discriminatedUnion("kind", lookKinds.map(({ spec }) => spec) as Specs<typeof lookKinds>, {
    error: "no kind of check that may stand here: it only looks, and disturbs nothing",
  })
  .meta({ id: "look" });

export type LookSpec = z.infer<typeof lookSpec>;

/** Looks once, by the check's own kind. See `Observer`. */
export function observeLook(spec: LookSpec, context: ActContext): Promise<readonly CheckFinding[]> {
  return kindIn<ActContext>(lookKinds, spec).observe(spec, context);
}
