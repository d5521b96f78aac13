import type { Kube } from "../kube/kube.ts";
import type { KubeObject, Pod } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { onControlPlane } from "./on-control-plane.ts";
import type { TrafficOptions } from "./traffic.ts";

/** No experiment takes longer; then the load ends by itself, whoever started it. */
export const loadLimitSeconds = 600;

const labels = { "app.kubernetes.io/name": "labctl-load", "app.kubernetes.io/managed-by": "labctl" };

/** One a lab, so that labs can be graded side by side. */
export function loadPodRef(namespace: string) {
  return { kind: "Pod", namespace: systemNamespace, name: `labctl-load-${namespace}` } as const;
}

/** The lab's namespace that a load pod was made for. */
export function labOfLoad({ metadata }: Pod): string {
  return metadata.name.replace(loadPodRef("").name, "");
}

/** Removes what a killed labctl left behind: of one lab, or of all. Returns how many there were. */
export async function removeLoadPods(kube: Kube, namespace?: string): Promise<number> {
  const wanted = namespace === undefined ? undefined : loadPodRef(namespace).name;
  const all = await listLoadPods(kube);
  const found = all.filter(({ metadata }) => wanted === undefined || metadata.name === wanted);
  for (const { metadata } of found) {
    await kube.remove({ ...loadPodRef(""), name: metadata.name }, { graceSeconds: 0 });
  }
  return found.length;
}

export function listLoadPods(kube: Kube): Promise<readonly Pod[]> {
  const labelSelector = `app.kubernetes.io/name=${labels["app.kubernetes.io/name"]}`;
  return kube.list("Pod", { namespace: systemNamespace, labelSelector });
}

export function loadPodObject({ url, namespace, perSecond }: TrafficOptions, image: string): KubeObject {
  const { name } = loadPodRef(namespace);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: systemNamespace, labels },
    spec: {
      containers: [
        {
          name: "load",
          image,
          args: [`-per-second=${String(perSecond)}`, `-limit=${String(loadLimitSeconds)}s`, url],
          resources: { requests: { cpu: "10m", memory: "32Mi" } },
        },
      ],
      restartPolicy: "Never",
      activeDeadlineSeconds: loadLimitSeconds + 60,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      ...onControlPlane,
    },
  };
}
