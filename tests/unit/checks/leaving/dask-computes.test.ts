import { describe, expect, it } from "vitest";
import { daskComputes } from "../../../../src/checks/leaving/dask-computes.ts";
import type { Computation } from "../../../../src/checks/leaving/dask-client.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { answerOf, computedBy, daskCluster, versions, workerAddress } from "../../../support/dask-cluster.ts";

const spec = daskComputes.spec.parse({
  kind: "dask-computes",
  service: "dask-scheduler",
  deployment: "dask-worker",
  image: "localhost:5001/dask:2026.8.0",
  atLeast: 3,
});
const three = [0, 1, 2].map(workerAddress);
const inOne = [1, 2, 3].map((index) => `inproc://10.244.9.9/1/${String(index)}`);
const inPod = [1, 2, 3].map((port) => `tcp://10.244.1.1:${String(port)}`);
const observe = (client: (task: Computation) => readonly object[], known = three) =>
  daskComputes.observe(spec, daskCluster({ known, client }).context);

describe("dask-computes", () => {
  it("passes a right answer to which workers in three pods have contributed, and removes its client", async () => {
    const { kube, context } = daskCluster({ client: computedBy(three) });
    expect(await daskComputes.observe(spec, context)).toEqual([]);
    expect(kube.writes).toEqual(["apply Pod lab-test/labctl-dask", "remove Pod lab-test/labctl-dask"]);
    expect(context.said.at(-1)).toBe(
      "30 tasks: dask-worker-6d4f-0 10, dask-worker-6d4f-1 10, dask-worker-6d4f-2 10",
    );
  });

  it("asks with new numbers each time, and keeps the answer to itself", async () => {
    const asked: string[] = [];
    const client = (task: Computation) => {
      asked.push(JSON.stringify(task));
      expect(JSON.stringify(task)).not.toContain(String(answerOf(task)));
      return computedBy(three)(task);
    };
    const { context } = daskCluster({ client });
    await daskComputes.observe(spec, context);
    await daskComputes.observe(spec, context);
    expect(asked[0]).not.toEqual(asked[1]);
  });

  it.each([
    ["a wrong answer", computedBy(three, { answer: 42 }), "and the cluster says 42."],
    ["tasks in two pods", computedBy(three.slice(1)), "2 workers ran the tasks, in pods dask-worker-6d4f-1"],
    ["what ran nowhere", computedBy([]), "no worker ran any task of it: it was computed somewhere else"],
    ["no answer", () => [{ error: "TimeoutError: 60 s" }], "got no answer: TimeoutError: 60 s"],
    [
      "three workers that are one process",
      computedBy(inOne, { processes: Object.fromEntries(inOne.map((each) => [each, ["pod", 7]])) }),
      "3 workers ran the tasks, in pod dask-scheduler-1, all of them one process",
    ],
    [
      "three processes of one pod",
      computedBy(inPod, { processes: Object.fromEntries(inPod.map((each, pid) => [each, ["pod", pid]])) }),
      "3 workers ran the tasks, in pod dask-worker-6d4f-0; tasks have to run in at least 3 pods",
    ],
  ])("does not pass %s", async (_, client, told) => {
    const [finding, ...more] = await observe(client);
    expect(finding?.message).toContain(told);
    expect(more).toEqual([]);
  });

  it("names each worker of another version with it, before anything else that went wrong", async () => {
    const old = { ...versions, dask: "2025.11.0", lz4: "4.4.5" };
    const workers = { [workerAddress(0)]: versions, [workerAddress(1)]: old };
    const seen = { versions: { client: versions, scheduler: versions, workers } };
    const findings = await observe(() => [seen, { error: "TypeError: not what was expected" }]);
    expect(findings).toMatchObject([
      {
        object: "Pod/dask-worker-6d4f-1",
        actual: "dask 2025.11.0",
        message: expect.stringContaining("Worker dask-worker-6d4f-1 has dask 2025.11.0; ") as string,
      },
    ]);
  });

  it("does not begin where the scheduler knows no worker", async () => {
    const { kube, context } = daskCluster({ known: [] });
    expect(await daskComputes.observe(spec, context)).toHaveLength(1);
    expect(kube.writes).toEqual([]);
  });

  it("is errored when its client ends without a word, or never runs", async () => {
    await expect(observe(() => [])).rejects.toThrow("ended without a word");
    const stuck = daskCluster();
    stuck.kube.behaviour = {};
    await expect(daskComputes.observe(spec, stuck.context)).rejects.toThrow(EnvironmentError);
  });
});
