import { describe, expect, it } from "vitest";
import { gatewayCluster } from "../../../../src/checks/leaving/gateway-cluster.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { namespace, pod } from "../../../support/cluster-objects.ts";
import { FakeHub } from "../../../support/fake-hub.ts";
import { idle, prints, type KernelMessage } from "../../../support/fake-jupyter.ts";

const gatewaySpec = gatewayCluster.spec.parse({
  kind: "gateway-cluster",
  host: "hub.localhost",
  secret: "hub-users",
});
const cluster = `${namespace}.abc`;

const workerPod = (name: string, ready = true): KubeObject =>
  pod({
    name,
    ready,
    labels: { "gateway.dask.org/cluster": "abc", "app.kubernetes.io/component": "dask-worker" },
  });
const scheduler = pod({
  name: "dask-scheduler-abc",
  labels: { "gateway.dask.org/cluster": "abc", "app.kubernetes.io/component": "dask-scheduler" },
});

type Answer = readonly [number, string];

interface Notebook {
  readonly pods?: readonly KubeObject[];
  /** What comes of one number, by its place in the row. */
  readonly work?: (number: number, index: number) => Answer;
  readonly made?: (mark: string) => readonly KernelMessage[];
}

const right = (number: number, index: number): Answer => [
  (number * number) % 999_983,
  index % 2 ? "one" : "two",
];

/** A notebook whose cells do what the gateway and Dask would. */
function observe({ pods = [workerPod("one"), workerPod("two")], work = right, made }: Notebook = {}) {
  const hub = new FakeHub();
  const context = hub.context((code) => {
    const mark = /print\("(\w+)"/.exec(code)?.[1] ?? "";
    if (code.includes("new_cluster")) {
      hub.clusters.set(cluster, "ada");
      hub.kube.add(scheduler, ...pods);
      return made ? made(mark) : prints(`a warning\n${mark}${JSON.stringify(cluster)}\n`);
    }
    const numbers = JSON.parse(/map\(work, (\[.*?\])/.exec(code)?.[1] ?? "[]") as readonly number[];
    return prints(`${mark}${JSON.stringify(numbers.map(work))}\n`);
  });
  hub.onStop = () => {
    for (const { metadata } of [scheduler, ...pods]) hub.kube.forget({ kind: "Pod", ...metadata });
  };
  return { hub, context, findings: gatewayCluster.observe(gatewaySpec, context) };
}

const error: readonly KernelMessage[] = [
  { type: "error", content: { ename: "GatewayClusterError", evalue: "it failed to start" } },
  idle,
];

describe("gateway-cluster", () => {
  it("passes two workers that compute what is right, and leaves no cluster", async () => {
    const { hub, context, findings } = observe();
    expect(await findings).toEqual([]);
    expect(context.said.at(-1)).toBe("40 numbers computed right for ada on one and two");
    expect([hub.clusters.size, hub.tokens.size]).toEqual([0, 0]);
  });

  it("draws other numbers each time", async () => {
    const seen: number[] = [];
    const work = (number: number, index: number): Answer => {
      seen.push(number);
      return right(number, index);
    };
    await observe({ work }).findings;
    expect(new Set(seen).size).toBeGreaterThan(35);
  });

  it.each([
    ["wrong answers", (_: number, index: number): Answer => [1, index % 2 ? "one" : "two"], "40 of 40 wrong"],
    [
      "answers of the notebook itself",
      (number: number): Answer => [right(number, 0)[0], "jupyter-ada"],
      "come from jupyter-ada",
    ],
    [
      "answers of one worker",
      (number: number): Answer => [right(number, 0)[0], "two"],
      "one computed nothing",
    ],
  ])("does not pass %s", async (_, work, told) => {
    expect((await observe({ work }).findings)[0]?.message).toContain(told);
  });

  it("tells what the notebook was told when there is no cluster", async () => {
    const [finding] = await observe({ made: () => error, pods: [workerPod("one", false)] }).findings;
    expect(finding?.message).toContain("Gateway().new_cluster() gives ada no cluster");
    expect(finding?.message).toContain("pod one is running, but not Ready yet");
  });

  it("does not wait for a cluster whose scheduler finds no room in the quota", async () => {
    const quota = {
      ...{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "memory", namespace } },
      status: { hard: { "requests.memory": "3Gi" }, used: { "requests.memory": "2.5Gi" } },
    };
    const spec = { config: { scheduler_memory: 2 ** 30 } };
    const wish = { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster", spec };
    const hub = new FakeHub();
    const context = hub.context();
    // A notebook that waits for its cluster, for as long as nobody takes it away.
    const socket = { receive: () => new Promise<undefined>(() => undefined), close: () => undefined };
    hub.door.socket = async () => {
      hub.clusters.set(cluster, "ada");
      hub.kube.add(quota, { ...wish, metadata: { name: "abc", namespace } });
      return { ok: true, socket: { ...socket, send: () => undefined } };
    };
    const began = context.clock.now();
    const [finding] = await gatewayCluster.observe(gatewaySpec, context);
    expect(finding?.message).toContain("A scheduler of the cluster asks for requests.memory 1Gi");
    expect(context.clock.now() - began).toBeLessThan(60_000);
  });

  it.each([
    ["the gateway's limit", { cluster_max_workers: 1 }, "allows a cluster 1 worker at most"],
    [
      "the quota",
      { worker_memory: 2 ** 31 },
      "A worker of the cluster asks for requests.memory 2Gi, and the ResourceQuota memory has 1Gi of it left",
    ],
    ["neither", {}, "says in its log why not more"],
  ])("tells why workers are missing: %s", async (_, config, told) => {
    const quota = {
      ...{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "memory", namespace } },
      status: { hard: { "requests.memory": "3Gi" }, used: { "requests.memory": "2Gi" } },
    };
    const made = { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster", spec: { config } };
    const pods = [workerPod("one"), quota, { ...made, metadata: { name: "abc", namespace } }];
    const [finding] = await observe({ pods }).findings;
    expect(finding?.message).toContain("was scaled to 2 workers and has 1.");
    expect(finding?.message).toContain(told);
  });

  it("is errored, and no bug, when the front door closes while the notebook works", async () => {
    const { hub, findings } = observe({
      made: () => {
        hub.closesAfter = 0;
        return error;
      },
    });
    await expect(findings).rejects.toThrow(EnvironmentError);
  });

  it("is errored when the cluster does not answer", async () => {
    const hub = new FakeHub();
    hub.kube.down = true;
    await expect(gatewayCluster.observe(gatewaySpec, hub.context())).rejects.toThrow(EnvironmentError);
  });
});
