import { podCause } from "../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { Wait } from "../wait.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import type { KubeObject, Pod, PodSpec } from "../kube/objects.ts";
import { readPushedImages } from "../records/pushed-images.ts";
import { systemNamespace } from "../records/system-namespace.ts";
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
  const isGood = found !== undefined && isOwn(found, image) && (await runs(kube, found, image));
  if (isGood && isReady(found)) return;
  if (found && !isGood) await removeProbePod(options);
  if (!isGood) {
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

/** What labctl writes, and what Kubernetes fills in. Anything else, a command or a volume, makes it somebody else's. */
const ownFields: readonly string[] = [
  ...["containers", "affinity", "tolerations", "automountServiceAccountToken", "enableServiceLinks"],
  ...["terminationGracePeriodSeconds", "nodeName", "dnsPolicy", "restartPolicy", "schedulerName"],
  ...["securityContext", "serviceAccount", "serviceAccountName", "priority", "preemptionPolicy"],
];
const ownContainerFields: readonly string[] = [
  ...["name", "image", "resources", "imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"],
];

/** Whether it is as labctl makes it: the answers that come from it are what students are judged by. */
function isOwn(pod: Pod, image: string): boolean {
  const { containers, affinity, ...spec } = pod.spec as PodSpec & FilledIn;
  const [container, ...others] = containers;
  return (
    isLive(pod) &&
    affinity !== undefined &&
    container?.image === image &&
    others.length === 0 &&
    Object.keys(container).every((field) => ownContainerFields.includes(field)) &&
    Object.keys(spec).every((field) => ownFields.includes(field)) &&
    (spec.dnsPolicy ?? "ClusterFirst") === "ClusterFirst" &&
    Object.keys(spec.securityContext ?? {}).length === 0
  );
}

interface FilledIn {
  readonly dnsPolicy?: string;
  readonly securityContext?: object;
}

/** Whether it runs what labctl pushed under the image's name, not what somebody else did; one that does not run yet may. */
async function runs(kube: Kube, { status }: Pod, image: string): Promise<boolean> {
  const { [image]: digest } = await readPushedImages(kube);
  const imageId = status?.containerStatuses?.[0]?.imageID ?? "";
  return digest === undefined || imageId === "" || imageId.endsWith(digest);
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
