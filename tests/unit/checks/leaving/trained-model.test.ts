import { describe, expect, it } from "vitest";
import { trainedModel } from "../../../../src/checks/leaving/trained-model.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { claim, job, startTime } from "../../../support/jobs.ts";
import { volumePods } from "../../../support/volume-pods.ts";

const spec = trainedModel.spec.parse({
  kind: "trained-model",
  job: "train",
  claim: "models",
  file: "model.joblib",
  image: "localhost:5001/trainer:1",
  atLeast: 0.9,
  from: { low: { means: [0], deviations: [0.1] }, high: { means: [10], deviations: [0.1] } },
});
const modified = Date.parse(startTime) / 1000 + 5;

/** What the pod writes, from the mark and the rows that it was given. */
type Model = (rows: readonly (readonly number[])[]) => object;
const podOf = (model: Model) =>
  volumePods(([, , , mark = "", , rows = "[]"]) => {
    const answer = JSON.stringify(model(JSON.parse(rows) as readonly (readonly number[])[]));
    return `a warning\n${mark}${answer}\n`;
  });
const look = (model: Model) => {
  const kube = new FakeKube([job("train"), claim], podOf(model));
  return trainedModel.observe(spec, fakeCheckContext({ kube }));
};
const right: Model = (rows) => ({ modified, kinds: rows.map(([value = 0]) => (value > 5 ? "high" : "low")) });

describe("trained-model", () => {
  it("passes a model that tells new samples apart, and removes its pod", async () => {
    const kube = new FakeKube([job("train"), claim], podOf(right));
    expect(await trainedModel.observe(spec, fakeCheckContext({ kube }))).toEqual([]);
    expect(kube.writes).toEqual(["apply Pod lab-test/labctl-volume", "remove Pod lab-test/labctl-volume"]);
  });

  it("asks for new samples each time, and keeps their kinds to itself", async () => {
    const seen: string[] = [];
    const kube = new FakeKube(
      [job("train"), claim],
      podOf((rows) => {
        seen.push(JSON.stringify(rows));
        return right(rows);
      }),
    );
    const context = fakeCheckContext({ kube });
    await trainedModel.observe(spec, context);
    await trainedModel.observe(spec, context);
    expect(seen[0]).not.toEqual(seen[1]);
    expect(seen.join()).not.toMatch(/low|high/);
  });

  it.each([
    [
      "a guess",
      (rows: readonly unknown[]) => ({ modified, kinds: rows.map(() => "low") }),
      "new samples apart",
    ],
    ["too few answers", () => ({ modified, kinds: [] }), "tells 0 % of 400 new samples apart"],
    [
      "no model",
      () => ({ there: ["metrics.json"] }),
      "has no model.joblib; beside where it should be: metrics.json",
    ],
    ["what is no model", () => ({ error: "AttributeError: predict" }), "AttributeError: predict"],
    [
      "a model from before",
      (rows: readonly (readonly number[])[]) => ({ ...right(rows), modified: 1 }),
      "older than Job",
    ],
  ])("does not pass %s", async (_, model, told) => {
    const [finding] = await look(model);
    expect(finding?.message).toContain(told);
  });

  it("does not look before the Job is Complete", async () => {
    const kube = new FakeKube([job("train", { end: undefined }), claim]);
    expect(await trainedModel.observe(spec, fakeCheckContext({ kube }))).toHaveLength(1);
    expect(kube.writes).toEqual([]);
  });

  it("is errored when its pod says nothing, or does not end", async () => {
    const silent = new FakeKube(
      [job("train"), claim],
      volumePods(() => "Killed"),
    );
    await expect(trainedModel.observe(spec, fakeCheckContext({ kube: silent }))).rejects.toThrow(
      EnvironmentError,
    );
    const stuck = new FakeKube([job("train"), claim]);
    await expect(trainedModel.observe(spec, fakeCheckContext({ kube: stuck }))).rejects.toMatchObject({
      lastSeen: expect.stringContaining("is on no node") as string,
    });
  });
});
