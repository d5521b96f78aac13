import { objectsOf, type Release } from "../../helm/release.ts";
import type { Workload } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { wasDeployed } from "./releases.ts";

export interface Scaled {
  readonly release: string;
  readonly deployment: string;
  /** How many it has to have; a revision before had fewer. */
  readonly count: number;
}

interface History {
  /** All revisions, the oldest first. */
  readonly history: readonly Release[];
  readonly latest: Release;
}

/** Scaling by a release's values: the last revision asks for so many replicas, and one before it asked for fewer. */
export async function whyNotScaled(
  context: LookContext,
  wanted: Scaled,
  { history, latest }: History,
): Promise<readonly CheckFinding[]> {
  const { release, deployment, count } = wanted;
  const { revision, status, description } = latest;
  const finding = (reason: string, actual: string, message: string): readonly CheckFinding[] => [
    {
      reason,
      object: `Release/${release}`,
      expected: `an upgrade to ${String(count)} replicas of Deployment ${deployment}`,
      actual,
      message,
      next: `helm -n ${context.namespace} history ${release}`,
    },
  ];
  if (status !== "deployed") {
    const message = `Revision ${String(revision)} of release ${release} is ${status}: ${description}.`;
    return finding("release-not-deployed", status, message);
  }
  const now = replicasIn(latest, deployment);
  if (now !== count) return finding(...(await notAsked(context, wanted, { revision, now })));
  const fewer = history.some(
    (before) =>
      before.revision < revision &&
      before.firstDeployed === latest.firstDeployed &&
      wasDeployed(before) &&
      (replicasIn(before, deployment) ?? count) < count,
  );
  if (fewer) return [];
  const actual = `${String(count)} replicas since revision ${String(history[0]?.revision ?? revision)}`;
  const message = `Release ${release} has had ${String(count)} replicas of Deployment ${deployment} from its first revision on: it was installed so, not upgraded. Scaling is a change to a release that runs.`;
  return finding("installed-not-upgraded", actual, message);
}

async function notAsked(
  { kube, namespace }: LookContext,
  { release, deployment: name, count }: Scaled,
  { revision, now }: { readonly revision: number; readonly now: number | undefined },
): Promise<[reason: string, actual: string, message: string]> {
  const asked = now === undefined ? `no Deployment ${name}` : `${String(now)} replicas of Deployment ${name}`;
  const live = await kube.read({ kind: "Deployment", namespace, name });
  const says = `Revision ${String(revision)} of release ${release} asks for ${asked}`;
  if (live?.spec.replicas !== count)
    return ["replicas-not-asked-for", asked, `${says}, and ${String(count)} are wanted.`];
  const message = `${says}, and the Deployment has ${String(count)}: it was scaled without Helm, which will take that back with the next upgrade.`;
  return ["scaled-without-helm", `${asked}, scaled without Helm`, message];
}

/** How many replicas of a Deployment a revision asks for; undefined where it has no such Deployment. */
function replicasIn(release: Release, name: string): number | undefined {
  const found = objectsOf(release).find(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === name,
  );
  return found && ((found as Workload).spec.replicas ?? 1);
}
