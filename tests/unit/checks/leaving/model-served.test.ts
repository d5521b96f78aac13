import { describe, expect, it } from "vitest";
import { modelServed } from "../../../../src/checks/leaving/model-served.ts";
import type { Question, Reply } from "../../../../src/checks/leaving/stored-models.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { pod, service } from "../../../support/cluster-objects.ts";
import { afterAWhile } from "../../../support/after-a-while.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { claim } from "../../../support/jobs.ts";
import { inputs, modelAt, serverOf, storedModels } from "../../../support/stored-models.ts";
import { volumePods } from "../../../support/volume-pods.ts";

const spec = modelServed.spec.parse({
  kind: "model-served",
  service: "model",
  versions: ["v1", "v2"],
  claim: "models",
  image: "localhost:5001/trainer:1",
  inputs,
});
const v1 = modelAt(5);
const right = serverOf("v1", v1);

function contextOf(reply: (question: Question) => Reply, models = { "v1/model.joblib": v1 }) {
  const kube = new FakeKube([service({ name: "model" }), claim], storedModels({ models, reply }));
  return fakeCheckContext({ kube });
}
const look = (...args: Parameters<typeof contextOf>) => modelServed.observe(spec, contextOf(...args));

describe("model-served", () => {
  it("passes a server that says what the stored model says, rounded or not", async () => {
    const context = contextOf(right);
    expect(await modelServed.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toBe("40 of 40 predictions are those of the stored v1.");
    const rounded = serverOf("v1", (row) => {
      const { prediction, probabilities } = v1(row);
      const shares = Object.entries(probabilities).map(([kind, share]) => [kind, Number(share.toFixed(4))]);
      return { prediction, probabilities: Object.fromEntries(shares) as Record<string, number> };
    });
    expect(await look(rounded)).toEqual([]);
  });

  it("waits until an old pod that is still ending cannot be asked any more", async () => {
    const context = contextOf(right);
    const metadata = { name: "old", namespace: "lab-test", deletionTimestamp: "2026-01-01T00:00:00Z" };
    const old = pod({ name: "old" });
    context.kube.add({ ...old, metadata: { ...old.metadata, ...metadata } });
    const before = context.clock.now();
    afterAWhile(context.clock, 4000, () => context.kube.forget({ kind: "Pod", ...metadata }));
    expect(await modelServed.observe(spec, context)).toEqual([]);
    expect(context.clock.now() - before).toBeGreaterThanOrEqual(4000);
  });

  it("asks for new inputs each time", async () => {
    const seen: string[] = [];
    const context = contextOf((question) => {
      seen.push(JSON.stringify(question.body ?? {}));
      return right(question);
    });
    await modelServed.observe(spec, context);
    const first = seen.splice(0);
    await modelServed.observe(spec, context);
    expect(first).toHaveLength(43);
    expect(seen[3]).not.toBe(first[3]);
  });

  it.each([
    ["another model", serverOf("v1", modelAt(5.1)), "of 40 predictions are not those of the model v1"],
    ["another kind now and then", serverOf("v1", modelAt(7)), "the stored model high"],
    ["a constant", serverOf("v1", () => v1([1])), "All answers are one and the same"],
    [
      "the other version's name",
      (question: Question) => (question.body ? serverOf("v2", v1)(question) : right(question)),
      "the server says",
    ],
    ["a version that there is not", serverOf("v9", v1), "names v9; it has to name"],
    ["a server that is away", () => ({ body: "refused" }), "is not answered: refused"],
    [
      "a server that is not ready",
      (question: Question) =>
        question.url.endsWith("/ready") ? { status: 503, body: "no" } : right(question),
      "GET /ready of Service model answers status 503",
    ],
    [
      "what is no prediction",
      (question: Question) => (question.body ? { status: 200, body: "setosa" } : right(question)),
      "status 200 with setosa",
    ],
  ])("does not pass %s", async (_, reply, told) => {
    const findings = await look(reply);
    expect(findings.map(({ message }) => message).join("\n")).toContain(told);
  });

  it("does not pass a version that is served and not stored", async () => {
    const [finding] = await look(serverOf("v2", v1));
    expect(finding?.message).toContain("has no v2/model.joblib; beside where it should be: nothing");
  });

  it("tells what is missing", async () => {
    const bare = fakeCheckContext();
    expect(await modelServed.observe(spec, bare)).toMatchObject([{ object: "Service/model" }]);
    const noVolume = fakeCheckContext({ kube: new FakeKube([service({ name: "model" })]) });
    expect(await modelServed.observe(spec, noVolume)).toMatchObject([
      { object: "PersistentVolumeClaim/models" },
    ]);
  });

  it("is errored when its pod says nothing", async () => {
    const kube = new FakeKube(
      [service({ name: "model" }), claim],
      volumePods(() => "Killed"),
    );
    await expect(modelServed.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
