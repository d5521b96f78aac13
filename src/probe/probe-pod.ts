import { podCause } from "../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { Wait } from "../wait.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import type { KubeObject, Pod } from "../kube/objects.ts";
import { systemNamespace } from "../records/state.ts";
import { onControlPlane } from "./on-control-plane.ts";

export const probePod = { namespace: systemNamespace, name: "labctl-probe" } as const;

interface ProbePodOptions {
  readonly kube: Kube;
  readonly wait: Wait;
  readonly image: string;
}

/** Milliseconds for an image that has to be pulled onto a node first. */
const readyWithinMs = 90_000;
const goneWithinMs = 30_000;

/**
 * Has the probe pod Ready: leaves a good one alone, makes a missing one, replaces a broken one.
 * @throws EnvironmentError with the pod's own trouble when it does not become Ready.
 */
export async function ensureProbePod(options: ProbePodOptions): Promise<void> {
  const { kube, image } = options;
  const found = await readProbePod(kube);
  if (found && isGood(found, image) && isReady(found)) return;
  if (found && !isGood(found, image)) await removeProbePod(options);
  if (!found || !isGood(found, image)) {
    await kube.apply(namespaceObject);
    await kube.apply(podObject(image));
  }
  if (await becomesReady(options)) return;
  await removeProbePod(options);
  await kube.apply(podObject(image));
  if (await becomesReady(options)) return;
  throw await notReady(kube);
}

function readProbePod(kube: Kube): Promise<Pod | undefined> {
  return kube.read({ kind: "Pod", ...probePod });
}

function isGood(pod: Pod, image: string): boolean {
  return isLive(pod) && pod.spec.containers[0]?.image === image && pod.spec.affinity !== undefined;
}

async function becomesReady({ kube, wait }: ProbePodOptions): Promise<boolean> {
  const { done } = await wait({
    observe: async () => {
      const pod = await readProbePod(kube);
      return { done: pod !== undefined && isLive(pod) && isReady(pod), value: pod };
    },
    watch: ["Pod"],
    namespace: systemNamespace,
    withinMs: readyWithinMs,
  });
  return done;
}

async function removeProbePod({ kube, wait }: ProbePodOptions): Promise<void> {
  await kube.remove({ kind: "Pod", ...probePod }, { graceSeconds: 0 });
  await wait({
    observe: async () => {
      const value = await readProbePod(kube);
      return { done: value === undefined, value };
    },
    watch: ["Pod"],
    namespace: systemNamespace,
    withinMs: goneWithinMs,
  });
}

async function notReady(kube: Kube): Promise<EnvironmentError> {
  const pod = await readProbePod(kube);
  const cause = pod && (await podCause({ kube, imageDigests: {} }, pod));
  return new EnvironmentError({
    message: `labctl's own probe pod does not become Ready, so nothing can be asked from inside the cluster.`,
    lastSeen: cause?.message ?? "the pod is not there",
    hint: `kubectl -n ${probePod.namespace} describe pod ${probePod.name}`,
  });
}

const labels = { "app.kubernetes.io/name": "labctl-probe", "app.kubernetes.io/managed-by": "labctl" };

const namespaceObject: KubeObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: systemNamespace, labels: { "app.kubernetes.io/managed-by": "labctl" } },
};

function podObject(image: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...probePod, labels },
    spec: {
      containers: [{ name: "probe", image, resources: { requests: { cpu: "10m", memory: "16Mi" } } }],
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      affinity: onControlPlane.affinity,
      // A node that fails takes the pod with it, and the next check makes a new one at once.
      tolerations: [
        ...onControlPlane.tolerations,
        {
          key: "node.kubernetes.io/unreachable",
          operator: "Exists",
          effect: "NoExecute",
          tolerationSeconds: 10,
        },
      ],
    },
  };
}
