import { z } from "zod";
import type { Release } from "../../helm/release.ts";
import type { Workload } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { daskCluster } from "./dask-scheduler.ts";
import { requireDaskWorkers } from "./required-workers.ts";
import { requireRelease, wasDeployed } from "../helm/releases.ts";

const { service, dashboardPort, deployment } = daskCluster;

const spec = z.strictObject({
  kind: z.literal("dask-scaled"),
  release: z.string().min(1),
  service,
  dashboardPort,
  deployment,
  workers: z.int().positive().describe("How many there have to be; a revision before had fewer."),
});

type Spec = z.infer<typeof spec>;

/** Scaling by a release's values: Helm has a revision with fewer workers and one with these, and the scheduler sees them. */
export const daskScaled = defineCheck({
  kind: "dask-scaled",
  summary:
    "A Helm release was upgraded from fewer Dask workers to so many, as the same release, and the scheduler knows them all.",
  spec,
  async observe(wanted, context) {
    const found = await requireRelease(context, wanted.release);
    if (!found.ok) return found.findings;
    const notUpgraded = await whyNotUpgraded(context, wanted, found);
    if (notUpgraded) return [notUpgraded];
    const known = await requireDaskWorkers(context, { ...wanted, atLeast: wanted.workers });
    return known.ok ? [] : known.findings;
  },
});

interface History {
  readonly history: readonly Release[];
  readonly latest: Release;
}

async function whyNotUpgraded(
  context: CheckContext,
  wanted: Spec,
  { history, latest }: History,
): Promise<CheckFinding | undefined> {
  const { workers, release, deployment: name } = wanted;
  const { revision } = latest;
  const now = replicasIn(latest, name);
  const finding = (actual: string, message: string): CheckFinding => ({
    object: `Release/${release}`,
    expected: `an upgrade to ${String(workers)} workers`,
    actual,
    message,
    next: `helm -n ${context.namespace} history ${release}`,
  });
  if (latest.status !== "deployed") {
    const message = `Revision ${String(revision)} of release ${release} is ${latest.status}: ${latest.description}.`;
    return finding(latest.status, message);
  }
  if (now !== workers) return finding(...(await notAsked(context, wanted, { revision, now })));
  const fewer = history.some(
    (before) =>
      before.revision < revision &&
      before.firstDeployed === latest.firstDeployed &&
      wasDeployed(before) &&
      (replicasIn(before, name) ?? workers) < workers,
  );
  if (fewer) return undefined;
  const actual = `${String(workers)} workers since revision ${String(history[0]?.revision ?? revision)}`;
  const message = `Release ${release} has had ${String(workers)} workers from its first revision on: it was installed so, not upgraded. Scaling is a change to a release that runs.`;
  return finding(actual, message);
}

async function notAsked(
  { kube, namespace }: CheckContext,
  { workers, release, deployment: name }: Spec,
  { revision, now }: { readonly revision: number; readonly now: number | undefined },
): Promise<[actual: string, message: string]> {
  const asked = now === undefined ? `no Deployment ${name}` : `${String(now)} workers`;
  const live = await kube.read({ kind: "Deployment", namespace, name });
  const says = `Revision ${String(revision)} of release ${release} asks for ${asked}`;
  if (live?.spec.replicas !== workers) return [asked, `${says}, and ${String(workers)} are wanted.`];
  const message = `${says}, and Deployment ${name} has ${String(workers)}: it was scaled without Helm, which will take that back with the next upgrade.`;
  return [`${asked}, scaled without Helm`, message];
}

/** How many replicas of a Deployment a revision asks for; undefined where it has no such Deployment. */
function replicasIn({ objects }: Release, name: string): number | undefined {
  const found = objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
  return found && ((found as Workload).spec.replicas ?? 1);
}
