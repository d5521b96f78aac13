import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { kindConfig } from "../../../src/cluster/kind-config.ts";

const gib = 1024 ** 3;
const ports = { api: 16443, http: 18080, https: 18443, registry: 15001 };

interface Config {
  readonly name: string;
  readonly networking: Readonly<Record<string, unknown>>;
  readonly kubeadmConfigPatches: readonly string[];
  readonly kubeadmConfigPatchesJSON6902: readonly {
    readonly version: string;
    readonly kind: string;
    readonly patch: string;
  }[];
  readonly nodes: readonly { readonly role: string; readonly extraPortMappings?: unknown }[];
}

function configOf({ cpus = 2, memoryBytes = 24 * gib }): Config {
  return load(kindConfig({ name: "demo", ports, cpus, memoryBytes })) as Config;
}

it("opens the API server and the front door on 127.0.0.1 alone", () => {
  const { networking, nodes } = configOf({});
  expect(networking).toMatchObject({ apiServerAddress: "127.0.0.1", apiServerPort: 16443 });
  expect(nodes[0]?.extraPortMappings).toEqual([
    { containerPort: 80, hostPort: 18080, listenAddress: "127.0.0.1" },
    { containerPort: 443, hostPort: 18443, listenAddress: "127.0.0.1" },
  ]);
});

it("has one control plane and two workers, under the cluster's name", () => {
  const { name, nodes } = configOf({});
  expect(name).toBe("demo");
  expect(nodes.map(({ role }) => role)).toEqual(["control-plane", "worker", "worker"]);
});

it("misses a node after 40 s, beside what kind tells the controller manager", () => {
  const [patching] = configOf({}).kubeadmConfigPatchesJSON6902;
  expect(patching).toMatchObject({ version: "v1beta4", kind: "ClusterConfiguration" });
  expect(load(patching?.patch ?? "")).toEqual([
    {
      op: "add",
      path: "/controllerManager/extraArgs/-",
      value: { name: "node-monitor-grace-period", value: "40s" },
    },
  ]);
});

describe("what a node keeps from the scheduler", () => {
  it.each([
    { cpus: 2, memoryBytes: 24 * gib, reserved: { cpu: "1000m", memory: "16384Mi" } },
    { cpus: 5, memoryBytes: 8 * gib, reserved: { cpu: "2500m", memory: "5461Mi" } },
  ])("$cpus CPUs: half of them and two thirds of the memory", ({ reserved, ...machine }) => {
    const [patch = ""] = configOf(machine).kubeadmConfigPatches;
    expect(load(patch)).toEqual({
      kind: "KubeletConfiguration",
      failCgroupV1: false,
      evictionHard: { "memory.available": "200Mi", "nodefs.available": "1Gi", "imagefs.available": "1Gi" },
      podPidsLimit: 2048,
      systemReserved: reserved,
    });
  });
});
