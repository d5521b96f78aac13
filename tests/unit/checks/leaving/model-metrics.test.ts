import { describe, expect, it } from "vitest";
import { modelMetrics } from "../../../../src/checks/leaving/model-metrics.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { claim, job, startTime } from "../../../support/jobs.ts";
import { volumePods } from "../../../support/volume-pods.ts";

const spec = modelMetrics.spec.parse({
  kind: "model-metrics",
  job: "train-v1",
  claim: "models",
  model: "v1/model.joblib",
  metrics: "v1/metrics.json",
  version: "v1",
  data: "iris",
  image: "localhost:5001/trainer:1",
  atLeast: 0.6,
});
const began = Date.parse(startTime) / 1000;
const at = (seconds: number) => ({ "v1/model.joblib": began + seconds, "v1/metrics.json": began + seconds });
const true96 = { modified: at(5), version: "v1", accuracy: 0.96, heldOut: 50, right: 48 };

/** Complete ten seconds after it began. */
const train = () => {
  const made = job("train-v1");
  const completionTime = new Date((began + 10) * 1000).toISOString();
  return { ...made, status: { ...made.status, completionTime } };
};
const podOf = (told: object) => volumePods(([, , , mark = ""]) => `${mark}${JSON.stringify(told)}\n`);
const contextOf = (told: object) => fakeCheckContext({ kube: new FakeKube([train(), claim], podOf(told)) });

describe("model-metrics", () => {
  it("passes metrics that are true, and tells what was counted", async () => {
    const context = contextOf(true96);
    expect(await modelMetrics.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toBe(
      "v1/model.joblib tells 48 of 50 flowers that were held out, which is 0.960; v1/metrics.json says 0.96.",
    );
  });

  it("passes an accuracy that was rounded to three places", async () => {
    const rounded = { ...true96, heldOut: 33, right: 31, accuracy: 0.939 };
    expect(await modelMetrics.observe(spec, contextOf(rounded))).toEqual([]);
  });

  it.each([
    ["invented metrics", { ...true96, accuracy: 0.999 }, "says accuracy 0.999, but the model tells 48 of 50"],
    ["a model that guesses", { ...true96, accuracy: 0.34, right: 17 }, "at least 0.6 is asked for"],
    ["no accuracy", { ...true96, accuracy: null }, "has no number in accuracy"],
    ["another version's metrics", { ...true96, version: "v2" }, 'says version "v2"'],
    ["no version", { ...true96, version: undefined }, "says version null"],
    ["no rows", { modified: at(5), version: "v1", accuracy: 1 }, "names no row numbers"],
    ["too few rows", { ...true96, heldOut: 3, right: 3, accuracy: 1 }, "names 3 rows"],
    ["no model", { missing: "v1/model.joblib", there: ["metrics.json"] }, "has no v1/model.joblib"],
    ["metrics that are none", { unread: "JSONDecodeError" }, "cannot be read: JSONDecodeError"],
    ["what is no model", { ...true96, error: "AttributeError: predict" }, "AttributeError: predict"],
    ["a model from before", { ...true96, modified: at(-60) }, "is older than Job train-v1"],
    ["a model from afterwards", { ...true96, modified: at(30) }, "was changed after Job train-v1 was over"],
  ])("does not pass %s", async (_, told, message) => {
    const [finding] = await modelMetrics.observe(spec, contextOf(told));
    expect(finding?.message).toContain(message);
  });

  it("does not look before the Job is Complete", async () => {
    const kube = new FakeKube([job("train-v1", { end: undefined }), claim]);
    expect(await modelMetrics.observe(spec, fakeCheckContext({ kube }))).toHaveLength(1);
    expect(kube.writes).toEqual([]);
  });

  it("is errored when its pod says nothing", async () => {
    const kube = new FakeKube(
      [train(), claim],
      volumePods(() => "Killed"),
    );
    await expect(modelMetrics.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
