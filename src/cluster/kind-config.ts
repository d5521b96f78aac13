import { writeYaml } from "../yaml/plain-yaml.ts";
import type { Ports } from "../engine/engine.ts";

export interface KindConfigParts {
  readonly name: string;
  readonly ports: Ports;
  /** Of the engine, which every node sees whole. */
  readonly cpus: number;
  readonly memoryBytes: number;
}

const nodes = 3;
const mebi = 1024 ** 2;

/**
 * kind's configuration: one control plane with the front door's ports, two workers.
 * https://kind.sigs.k8s.io/docs/user/configuration/
 */
export function kindConfig(parts: KindConfigParts): string {
  const listenAddress = "127.0.0.1";
  const extraPortMappings = [
    { containerPort: 80, hostPort: parts.ports.http, listenAddress },
    { containerPort: 443, hostPort: parts.ports.https, listenAddress },
  ];
  return writeYaml({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: parts.name,
    networking: {
      apiServerAddress: listenAddress,
      apiServerPort: parts.ports.api,
      kubeProxyMode: "nftables",
    },
    kubeadmConfigPatches: [writeYaml(kubeletPatch(parts))],
    kubeadmConfigPatchesJSON6902: [nodeLossPatch],
    nodes: [{ role: "control-plane", extraPortMappings }, { role: "worker" }, { role: "worker" }],
  });
}

/**
 * Forty seconds without a word from a node, and it is missing, in place of Kubernetes' fifty: with what comes before
 * (a lease is renewed every 10 s and looked at every 5) and after it, a Service then answers again within the minute
 * that lab self-healing gives it. The arguments are a list, which a merge would replace.
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
 */
const nodeLossPatch = {
  group: "kubeadm.k8s.io",
  version: "v1beta4",
  kind: "ClusterConfiguration",
  patch: writeYaml([
    {
      op: "add",
      path: "/controllerManager/extraArgs/-",
      value: { name: "node-monitor-grace-period", value: "40s" },
    },
  ]),
};

/**
 * Every node sees the whole machine and would offer all of it to the scheduler. So each reserves what is not its
 * share: a third of the memory, and half of the CPUs, since labs wait more than they compute.
 */
function kubeletPatch({ cpus, memoryBytes }: KindConfigParts): object {
  const reservedMemory = Math.floor((memoryBytes * (nodes - 1)) / nodes / mebi);
  return {
    kind: "KubeletConfiguration",
    // The kubelet refuses cgroup v1 since 1.35; machines that have nothing else are still there.
    failCgroupV1: false,
    // kind turns the limits of disk off. Below these, pods go one by one; with nothing left, etcd goes and all with it.
    // https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
    evictionHard: { "memory.available": "200Mi", "nodefs.available": "1Gi", "imagefs.available": "1Gi" },
    // A pod that forks without end takes no other with it.
    podPidsLimit: 2048,
    systemReserved: { memory: `${String(reservedMemory)}Mi`, cpu: `${String(Math.floor(cpus * 500))}m` },
  };
}
