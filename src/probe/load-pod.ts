import type { KubeObject } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { bounded, hardenedContainer, unprivileged } from "./hardened-pod.ts";
import { onControlPlane } from "./on-control-plane.ts";
import { ownLabels } from "./own-objects.ts";
import type { TrafficOptions } from "./traffic.ts";

/** No experiment takes longer; then the load ends by itself, whoever started it. */
export const loadLimitSeconds = 600;

interface LoadPod {
  readonly image: string;
  /** Nobody else's pod is called by it. */
  readonly word: string;
}

export function loadPodObject(
  { url, namespace, perSecond }: TrafficOptions,
  { image, word }: LoadPod,
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `labctl-load-${namespace}-${word}`,
      namespace: systemNamespace,
      labels: { "app.kubernetes.io/name": "labctl-load", ...ownLabels(namespace) },
    },
    spec: {
      containers: [
        {
          name: "load",
          image,
          args: [`-per-second=${String(perSecond)}`, `-limit=${String(loadLimitSeconds)}s`, url],
          resources: bounded({ cpu: "10m", memory: "32Mi" }),
          securityContext: hardenedContainer,
        },
      ],
      securityContext: unprivileged(65532),
      restartPolicy: "Never",
      activeDeadlineSeconds: loadLimitSeconds + 60,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      ...onControlPlane,
    },
  };
}
