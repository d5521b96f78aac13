import { describe, expect, it } from "vitest";
import { daskWorkers } from "../../../../src/checks/leaving/dask-workers.ts";
import { hostOf } from "../../../../src/checks/leaving/required-workers.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { namespace } from "../../../support/cluster-objects.ts";
import { afterAWhile } from "../../../support/after-a-while.ts";
import { daskCluster, workerAddress } from "../../../support/dask-cluster.ts";
import { page, refused } from "../../../support/fake-probe.ts";

const spec = daskWorkers.spec.parse({
  kind: "dask-workers",
  service: "dask-scheduler",
  deployment: "dask-worker",
  atLeast: 3,
});

describe("dask-workers", () => {
  it("passes when the scheduler knows a worker in each of three pods, and more do no harm", async () => {
    const { context } = daskCluster();
    expect(await daskWorkers.observe(spec, context)).toEqual([]);
    expect(context.probe.asked[0]?.url).toBe("http://10.96.0.10:80/info/main/workers.html");
    expect(await daskWorkers.observe(spec, daskCluster({ replicas: 5 }).context)).toEqual([]);
  });

  it("waits a moment for a worker that has not introduced itself yet", async () => {
    const dask = daskCluster({ known: [workerAddress(0)] });
    afterAWhile(dask.context.clock, 5000, () => {
      dask.known = [0, 1, 2].map(workerAddress);
    });
    expect(await daskWorkers.observe(spec, dask.context)).toEqual([]);
  });

  it("fails when three workers are in one pod", async () => {
    const known = ["tcp://10.244.1.1:1", "tcp://10.244.1.1:2", "tcp://10.244.1.1:3"];
    const [finding] = await daskWorkers.observe(spec, daskCluster({ replicas: 1, known }).context);
    expect(finding?.message).toContain("knows 3 workers, but they are in pod dask-worker-6d4f-0.");
  });

  it("fails when they are in the scheduler's own process", async () => {
    const known = [1, 2, 3].map((index) => `inproc://10.244.9.9/1/${String(index)}`);
    const [finding] = await daskWorkers.observe(spec, daskCluster({ known }).context);
    expect(finding?.actual).toBe("3 workers in pod dask-scheduler-1");
  });

  it("fails when they are in three pods of somebody else's", async () => {
    const dask = daskCluster({ replicas: 0, known: [0, 1, 2].map(workerAddress) });
    dask.kube.add(...daskCluster().pods.map((pod) => ({ ...pod, metadata: { ...pod.metadata, uid: "x" } })));
    dask.kube.forget({ kind: "ReplicaSet", namespace, name: "dask-worker-6d4f" });
    const [finding] = await daskWorkers.observe(spec, dask.context);
    expect(finding?.message).toContain("not in those of Deployment dask-worker");
  });

  it("fails when the workers look for another scheduler, and says where", async () => {
    const dask = daskCluster({ known: [] });
    const args = ["dask", "worker", "tcp://elsewhere.default:8786", "--nthreads=1"];
    for (const pod of dask.pods)
      dask.kube.add({ ...pod, spec: { ...pod.spec, containers: [{ name: "w", args }] } });
    const [finding, ...more] = await daskWorkers.observe(spec, dask.context);
    expect(finding?.message).toContain(
      "Of 3 Ready worker pods the scheduler behind Service dask-scheduler knows 0",
    );
    expect(finding?.message).toContain("They look for it at tcp://elsewhere.default:8786.");
    expect(more).toEqual([]);
  });

  it("fails with too few pods, and without a scheduler", async () => {
    const two = daskCluster({ replicas: 2 });
    expect(await daskWorkers.observe(spec, two.context)).toMatchObject([
      { object: "Deployment/dask-worker", message: "Deployment dask-worker asks for 2 replicas." },
    ]);
    const none = daskCluster();
    none.kube.forget({ kind: "Service", namespace, name: "dask-scheduler" });
    expect(await daskWorkers.observe(spec, none.context)).toMatchObject([{ actual: "not found" }]);
  });

  it("fails when nobody answers at the scheduler's Service, or somebody else does", async () => {
    const { context } = daskCluster();
    context.probe.answer = () => refused;
    const [silent] = await daskWorkers.observe(spec, context);
    expect(silent?.message).toContain(
      "No Dask scheduler answers at Service dask-scheduler: connection refused",
    );
    context.probe.answer = () => page("<h1>It works!</h1>");
    const [other] = await daskWorkers.observe(spec, context);
    expect(other?.actual).toBe("status 200, and not what a Dask scheduler says");
  });

  it("is errored when the cluster does not answer", async () => {
    const { kube, context } = daskCluster();
    kube.down = true;
    await expect(daskWorkers.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});

describe("hostOf", () => {
  it.each([
    ["tcp://10.244.1.7:38661", "10.244.1.7"],
    ["inproc://10.244.1.7/1/3", "10.244.1.7"],
    ["tls://[fd00::7]:38661", "fd00::7"],
    ["nonsense", undefined],
  ])("%s: %s", (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});
