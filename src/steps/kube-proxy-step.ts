import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import type { Kube } from "../kube/kube.ts";
import type { DaemonSet } from "../kube/objects.ts";
import type { Step } from "./step.ts";

/** The control plane's own pods, labctl's and five labs' load leave no more of a core than this on two CPUs. */
const cpu = "40m";
const rolledOutWithinMs = 120_000;
const ref = { kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy" } as const;

/**
 * kube-proxy asks for CPU. kubeadm lets it ask for none, and what asks for none gets what all others leave: on a node
 * that is busy a Service goes on sending requests to pods that are gone, for up to 10 s.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/#besteffort
 */
export const kubeProxyStep: Step = {
  title: "kube-proxy has its share of the CPU",
  isDone: async ({ kube: open }) => {
    const kube = await open();
    return isRolledOut(await kube.read(ref)) || (await wouldLoseServices(kube));
  },
  ensure: async ({ deps, kube: open }) => {
    const kube = await open();
    await kube.apply(requestingCpu);
    const waited = await createWait(
      deps.clock,
      kube,
    )({
      observe: async () => {
        const value = await kube.read(ref);
        return { done: isRolledOut(value), value };
      },
      watch: [ref.kind],
      namespace: ref.namespace,
      withinMs: rolledOutWithinMs,
      signal: deps.signal,
    });
    if (!waited.done) throw notRolledOut(waited.value ?? {});
  },
};

const requestingCpu = {
  apiVersion: "apps/v1",
  kind: ref.kind,
  metadata: { name: ref.name, namespace: ref.namespace },
  spec: {
    template: { spec: { containers: [{ name: "kube-proxy", resources: { requests: { cpu } } }] } },
  },
};

/**
 * Clusters that were made when images/kubernetes had no names of protocols stay as they are: their kube-proxies lose
 * every Service that is there when they start again.
 */
async function wouldLoseServices(kube: Kube): Promise<boolean> {
  const { namespace } = ref;
  const [pod] = await kube.list("Pod", { namespace, labelSelector: "k8s-app=kube-proxy" });
  if (!pod) return false;
  const look = kube.exec({ namespace, name: pod.metadata.name }, ["test", "-e", "/etc/protocols"]);
  // An image that cannot run `test` is upstream's, which has the names.
  const [looked] = await Promise.allSettled([look]);
  return looked.status === "fulfilled" && looked.value.exitCode === 1;
}

/** It asks for what it should, and on every node runs the pod that does. */
function isRolledOut(daemonSet: DaemonSet | undefined): boolean {
  if (daemonSet?.status === undefined) return false;
  const { metadata, spec, status } = daemonSet;
  const wanted = status.desiredNumberScheduled;
  return (
    spec.template.spec.containers[0]?.resources?.requests?.cpu === cpu &&
    status.observedGeneration === metadata.generation &&
    status.updatedNumberScheduled === wanted &&
    status.numberAvailable === wanted
  );
}

function notRolledOut({ status }: Partial<DaemonSet>): EnvironmentError {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  return new EnvironmentError({
    message: `kube-proxy does not run on every node again, ${String(rolledOutWithinMs / 1000)} s after it was given CPU.`,
    lastSeen: `of ${String(desiredNumberScheduled)} pods ${String(updatedNumberScheduled)} are new, and ${String(numberAvailable)} available`,
    hint: "kubectl -n kube-system describe pods -l k8s-app=kube-proxy",
  });
}
