import { objectsOf, type Release } from "../../helm/release.ts";
import type { KubeObject, Workload } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";

const running: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"];

/** What a revision made is in the cluster, as Helm put it there, and its Deployments are Ready. */
export async function observeReleaseObjects(
  release: Release,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const objects = objectsOf(release);
  if (!objects.some(({ kind }) => running.includes(kind))) return [nothingRuns(release, context)];
  const findings: CheckFinding[] = [];
  for (const object of objects) findings.push(...(await observeObject(object, release, context)));
  return findings;
}

async function observeObject(
  wanted: KubeObject,
  release: Release,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const { apiVersion, kind, metadata } = wanted;
  const namespace = metadata.namespace ?? context.namespace;
  const live = await context.kube.read({ apiVersion, kind, name: metadata.name, namespace });
  if (!live) return [gone(wanted, release, context)];
  if (kind !== "Deployment" || namespace !== context.namespace) return [];
  const changed = changedBehind(wanted as Workload, live as Workload, { release, context });
  if (changed) return [changed];
  const replicas = { atLeast: (wanted as Workload).spec.replicas ?? 1 };
  const found = await requireReadyPods(context, { deployment: metadata.name, replicas });
  return found.ok ? [] : found.findings;
}

interface Place {
  readonly release: Release;
  readonly context: LookContext;
}

/** What kubectl changed although Helm believes to know it: the replicas and the images. */
function changedBehind(
  wanted: Workload,
  live: Workload,
  { release, context }: Place,
): CheckFinding | undefined {
  const differing = Object.entries(visible(wanted)).find(
    ([field, value]) => value !== undefined && visible(live)[field] !== value,
  );
  if (!differing) return undefined;
  const [field, value] = differing;
  const actual = visible(live)[field] ?? "none";
  const { name } = wanted.metadata;
  return {
    object: `Deployment/${name}`,
    path: "spec",
    reason: "changed-without-helm",
    expected: `${field} ${value ?? ""}`,
    actual: `${field} ${actual}`,
    message: `Deployment ${name} has ${field} ${actual}, but revision ${String(release.revision)} of release ${release.name} says ${value ?? ""}: it was changed without Helm.`,
    next: `helm -n ${context.namespace} get manifest ${release.name}`,
  };
}

function visible({ spec }: Workload): Readonly<Record<string, string | undefined>> {
  const containers = spec.template.spec.containers;
  return {
    replicas: spec.replicas === undefined ? undefined : String(spec.replicas),
    ...Object.fromEntries(containers.map(({ name, image }) => [`image of container ${name}`, image])),
  };
}

function gone({ kind, metadata }: KubeObject, { name, revision }: Release, { namespace }: LookContext) {
  return {
    object: `${kind}/${metadata.name}`,
    reason: "deleted-without-helm",
    expected: `the ${kind} that release ${name} made`,
    actual: "not found",
    message: `Revision ${String(revision)} of release ${name} made ${kind} ${metadata.name}, but it is not there any more: it was deleted without Helm.`,
    next: `helm -n ${namespace} get manifest ${name}`,
  };
}

function nothingRuns({ name, chart }: Release, { namespace }: LookContext): CheckFinding {
  return {
    object: `Release/${name}`,
    reason: "release-runs-nothing",
    expected: "a Deployment or another object that runs pods",
    actual: "none",
    message: `Release ${name} runs nothing: no template of chart ${chart.name} gives a Deployment, a Job or a Pod.`,
    next: `helm -n ${namespace} get manifest ${name}`,
  };
}
