/**
 * What labctl remembers of a started lab: a ConfigMap named after the lab's namespace in `labctl-system`, so that
 * any labctl can pick the lab up (docs/principles.md: "The cluster is the state").
 */
import type { Kube } from "../kube/kube.ts";

export const systemNamespace = "labctl-system";

/** An object as it was when something was recorded; one with another UID is another object. */
export interface MadeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Left out: the lab's. */
  readonly namespace?: string;
  readonly uid: string;
}

export interface LabState {
  readonly lab: string;
  readonly namespace: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  /** Decides what differs from student to student: the order of a quiz's choices. */
  readonly seed: string;
  /** UIDs of the pods that `start` left Ready, by Deployment: what "untouched" is measured against. */
  readonly podUids: Readonly<Record<string, readonly string[]>>;
  /** What the Helm releases that `start` installed made, by release. */
  readonly releases?: Readonly<Record<string, readonly MadeObject[]>>;
  /** UIDs of the Deployments that `start` made: a Deployment that was deleted and created anew has another. */
  readonly deploymentUids?: Readonly<Record<string, string>>;
  /** The student's answers: exercise id → question id → choice. */
  readonly quiz: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Hints already given: exercise id → their places in lab.yaml. */
  readonly hints: Readonly<Record<string, readonly number[]>>;
  /** The last report's score, for `labctl status`. */
  readonly lastScore?: { readonly score: number; readonly maxScore: number; readonly at: string };
}

const key = "state.json";

/** The state of the lab in this namespace, or undefined when it was not started. */
export async function readLabState(kube: Kube, namespace: string): Promise<LabState | undefined> {
  const stored = await kube.read({ kind: "ConfigMap", name: namespace, namespace: systemNamespace });
  const text = stored?.data?.[key];
  return text === undefined ? undefined : (JSON.parse(text) as LabState);
}

export async function writeLabState(kube: Kube, state: LabState): Promise<void> {
  await kube.apply({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: state.namespace,
      namespace: systemNamespace,
      labels: { "app.kubernetes.io/managed-by": "labctl", "labctl.dev/lab": state.lab },
    },
    data: { [key]: JSON.stringify(state) },
  });
}

export async function removeLabState(kube: Kube, namespace: string): Promise<void> {
  await kube.remove({ kind: "ConfigMap", name: namespace, namespace: systemNamespace });
}
