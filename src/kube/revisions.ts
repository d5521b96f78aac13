import type { DeploymentPods } from "./deployment-pods.ts";
import type { Workload } from "./objects.ts";
import { fieldWriters, ownManager, statusWriters } from "./written-by.ts";

/** One version of a Deployment's pods: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#revisions */
export interface Revision {
  readonly number: number;
  /** Numbers that this version had before it was gone back to. */
  readonly earlier: readonly number[];
  /** Of its pods' containers. */
  readonly images: readonly string[];
  readonly replicaSet: Workload;
}

export const revisionKey = "deployment.kubernetes.io/revision";
export const historyKey = "deployment.kubernetes.io/revision-history";

/** What Kubernetes keeps of a Deployment's history unless it says otherwise. */
const defaultHistory = 10;

/** How many old ReplicaSets a Deployment keeps. */
export function historyLimit({ spec }: Workload): number {
  return (spec as { readonly revisionHistoryLimit?: number }).revisionHistoryLimit ?? defaultHistory;
}

/** What a Deployment's own ReplicaSets tell about its history, the oldest first. */
export function readRevisions({ replicaSets }: DeploymentPods): readonly Revision[] {
  const revisions = replicaSets.map((replicaSet) => {
    const { [revisionKey]: number = "0", [historyKey]: earlier = "" } = replicaSet.metadata.annotations ?? {};
    return {
      number: Number(number),
      earlier: earlier.split(",").filter(Boolean).map(Number),
      images: replicaSet.spec.template.spec.containers.flatMap(({ image }) => image ?? []),
      replicaSet,
    };
  });
  return revisions.sort((a, b) => a.number - b.number);
}

/** Those of its revisions that the Deployment's controller has made: a ReplicaSet, and its number, can be written by hand. */
export function readHistory(pods: DeploymentPods): readonly Revision[] {
  return readRevisions(pods).filter(({ replicaSet }) => isMadeByController(replicaSet));
}

/** The controller is who writes its status, under whatever name; numbers that labctl's own rollouts raised, labctl puts back. */
function isMadeByController(replicaSet: Workload): boolean {
  const controllers = statusWriters(replicaSet);
  const templates = fieldWriters(replicaSet, ["f:spec", "f:template"]);
  const numbers = [revisionKey, historyKey].flatMap((key) => [
    ...fieldWriters(replicaSet, ["f:metadata", "f:annotations", `f:${key}`]),
  ]);
  return (
    templates.size > 0 &&
    [...templates].every((writer) => controllers.has(writer)) &&
    numbers.every((writer) => writer === ownManager || controllers.has(writer))
  );
}
