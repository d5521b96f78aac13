import { describe, expect, it } from "vitest";
import { daskSurvives } from "../../../../src/checks/leaving/dask-survives.ts";
import type { Computation } from "../../../../src/checks/leaving/dask-client.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { answerOf, daskCluster, turns, workerAddress } from "../../../support/dask-cluster.ts";

const spec = daskSurvives.spec.parse({
  kind: "dask-survives",
  service: "dask-scheduler",
  deployment: "dask-worker",
  image: "localhost:5001/dask:2026.8.0",
});
const three = [0, 1, 2].map(workerAddress);
const known = three.slice(1);
const halfway = () => [{ ran: turns(three, 7) }];
/** The first worker has run three tasks, which the others run again. */
const recovered = (task: Computation) => {
  const ran = [...turns(three, 7), ...turns(known, task.parts)];
  return [{ answer: answerOf(task), ran, known }];
};

describe("dask-survives", () => {
  it("passes when the answer is right though a worker that ran part of it was killed", async () => {
    const { kube, context } = daskCluster({ client: halfway, afterLoss: recovered });
    expect(await daskSurvives.observe(spec, context)).toEqual([]);
    expect(context.said).toEqual([
      "killing pod dask-worker-6d4f-0, which has run 3 tasks by now",
      "Worker dask-worker-6d4f-0 was killed after it had run 3 of 24 tasks; 7 were run again, and the right answer came 0 s later.",
    ]);
    expect(kube.writes).toEqual([
      "apply Pod lab-test/labctl-dask",
      "remove Pod lab-test/dask-worker-6d4f-0",
      "remove Pod lab-test/labctl-dask",
    ]);
  });

  it.each([
    ["a wrong answer", { answer: 42 }, "the cluster says 42 instead of"],
    ["none", { error: "KilledWorker: 'part-3'" }, "and the answer never came: KilledWorker: 'part-3'"],
  ])("fails with %s after the loss", async (_, words, told) => {
    const afterLoss = (task: Computation) => [{ ...recovered(task)[0], answer: undefined, ...words }];
    const [finding, ...more] = await daskSurvives.observe(
      spec,
      daskCluster({ client: halfway, afterLoss }).context,
    );
    expect(finding?.message).toContain(told);
    expect(more).toEqual([]);
  });

  it("fails when the computation breaks before anything was killed", async () => {
    const { kube, context } = daskCluster({ client: () => [{ error: "OSError: no scheduler" }] });
    const [finding] = await daskSurvives.observe(spec, context);
    expect(finding?.message).toBe(
      "labctl's client at dask-scheduler:8786 got no answer: OSError: no scheduler",
    );
    expect(kube.writes.filter((write) => write.includes("dask-worker"))).toEqual([]);
  });

  it("disturbs nothing where not every pod has a worker that the scheduler knows", async () => {
    const { kube, context } = daskCluster({ known });
    expect(await daskSurvives.observe(spec, context)).toHaveLength(1);
    expect(kube.writes).toEqual([]);
  });

  it.each([
    ["the computation was over", [{ ran: turns(three, 24), answer: 1, known: three }], recovered],
    ["no worker of the Deployment ran any of it", [{ ran: turns(["tcp://10.9.9.9:1"], 7) }], recovered],
    [
      "the record does not know the worker that was killed",
      halfway(),
      (task: Computation) => [{ answer: answerOf(task), ran: turns(known, task.parts), known }],
    ],
    [
      "the worker that was killed is still there",
      halfway(),
      (task: Computation) => [{ ...recovered(task)[0], known: three }],
    ],
  ])("is errored when %s", async (_, client, afterLoss) => {
    const { context } = daskCluster({ client: () => client, afterLoss });
    await expect(daskSurvives.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
