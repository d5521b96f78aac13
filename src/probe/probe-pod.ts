import { podCause } from "../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../errors.ts";
import type { Wait } from "../wait.ts";
import { differsAt } from "../kube/as-sent.ts";
import { isLive, isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import { adopt, asMade, requireOwn, type MadeObject } from "../kube/made-object.ts";
import type { KubeObject, Pod } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { bounded, hardenedContainer, unprivileged } from "./hardened-pod.ts";
import { onControlPlane } from "./on-control-plane.ts";
import { pushedDigest, runsPushed, withDigest } from "./pushed-image.ts";

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
 * Has the probe pod Ready: leaves a good one alone, makes a missing one, replaces one that is broken or that somebody
 * else made or changed.
 * @throws EnvironmentError with the pod's own trouble when it does not become Ready, and when it is not as it was sent.
 */
export async function ensureProbePod(options: ProbePodOptions): Promise<MadeObject> {
  const { kube, image } = options;
  const digest = await pushedDigest(kube, image);
  const wanted: Wanted = { sent: probePodObject(withDigest(image, digest)), digest };
  const { sent } = wanted;
  const found = await readProbePod(kube);
  const isGood = found !== undefined && isOwn(found, wanted);
  if (isGood && isReady(found)) return adopt(found, sent);
  if (found && !isGood) await removeProbePod(options);
  if (!isGood) {
    await kube.apply(namespaceObject);
    await asMade(kube, await kube.apply(sent), sent);
  }
  const first = await becomesReady(options, wanted);
  if (first) return first;
  await removeProbePod(options);
  await asMade(kube, await kube.apply(sent), sent);
  const second = await becomesReady(options, wanted);
  if (second) return second;
  throw await notReady(kube);
}

/** The pod as it is sent, and the digest of its image, as far as that is noted. */
interface Wanted {
  readonly sent: KubeObject;
  readonly digest: string | undefined;
}

function readProbePod(kube: Kube): Promise<Pod | undefined> {
  return kube.read({ kind: "Pod", ...probePod });
}

/** Whether it is as labctl makes it: the answers that come from it are what students are judged by. */
function isOwn(pod: Pod, { sent, digest }: Wanted): boolean {
  return isLive(pod) && differsAt(pod, sent) === undefined && runsPushed(pod, digest);
}

/** Undefined: not in time. Another labctl may have made the very same one meanwhile. */
async function becomesReady(
  { kube, wait }: ProbePodOptions,
  { sent, digest }: Wanted,
): Promise<MadeObject | undefined> {
  const { value } = await wait({
    observe: async () => {
      const pod = await readProbePod(kube);
      const ready = pod && isLive(pod) && isReady(pod) ? pod : undefined;
      return { done: ready !== undefined, value: ready };
    },
    watch: ["Pod"],
    namespace: systemNamespace,
    withinMs: readyWithinMs,
  });
  if (!value) return undefined;
  const made = adopt(value, sent);
  requireOwn(value, made);
  return runsPushed(value, digest) ? made : undefined;
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

export function probePodObject(image: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...probePod, labels },
    spec: {
      containers: [
        {
          name: "probe",
          image,
          resources: bounded({ cpu: "10m", memory: "16Mi" }),
          securityContext: hardenedContainer,
        },
      ],
      securityContext: unprivileged(65534),
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
