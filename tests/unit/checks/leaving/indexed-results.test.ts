import { describe, expect, it } from "vitest";
import { indexedResults } from "../../../../src/checks/leaving/indexed-results.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { claim, job, startTime } from "../../../support/jobs.ts";
import { volumePods } from "../../../support/volume-pods.ts";

const spec = indexedResults.spec.parse({
  kind: "indexed-results",
  job: "sweep",
  completions: 2,
  claim: "models",
  file: "sweep/{index}.json",
  differIn: "depth",
  image: "localhost:5001/trainer:1",
});
const started = Date.parse(startTime) / 1000;
const line = (index: number, text: string, modified = started + 5) =>
  `nonce0000 sweep/${String(index)}.json ${String(modified)} ${Buffer.from(text).toString("base64")}`;

const look = (...lines: readonly string[]) => {
  const kube = new FakeKube(
    [job("sweep"), claim],
    volumePods(() => `${lines.join("\n")}\n`),
  );
  return indexedResults.observe(spec, fakeCheckContext({ kube }));
};

describe("indexed-results", () => {
  it("passes when each index left another result", async () => {
    expect(await look(line(0, '{"depth": 1}'), line(1, '{"depth": 2}'))).toEqual([]);
  });

  it.each([
    ["a result that is not there", [line(0, '{"depth": 1}')], "has no sweep/1.json"],
    [
      "the same twice",
      [line(0, '{"depth": 1}'), line(1, '{"depth": 1}')],
      "the same depth (1) as sweep/0.json",
    ],
    ["no such field", [line(0, "{}"), line(1, "{}")], "has no field depth"],
    ["no JSON", [line(0, "done"), line(1, "done")], "has no field depth"],
    ["what was there before the Job", [line(0, '{"depth": 1}', started - 60)], "is older than Job sweep"],
  ])("does not pass with %s", async (_, lines, told) => {
    const [finding] = await look(...lines);
    expect(finding?.message).toContain(told);
  });

  it("does not look where there is no Job or no volume", async () => {
    const kube = new FakeKube([job("sweep")]);
    expect(await indexedResults.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { object: "PersistentVolumeClaim/models", actual: "not found" },
    ]);
    expect(await indexedResults.observe(spec, fakeCheckContext())).toMatchObject([{ object: "Job/sweep" }]);
    expect(kube.writes).toEqual([]);
  });

  it("is errored when labctl's own pod fails", async () => {
    const kube = new FakeKube(
      [job("sweep"), claim],
      volumePods(() => "no room", "Failed"),
    );
    await expect(indexedResults.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
    expect(kube.writes.at(-1)).toBe("remove Pod lab-test/labctl-volume");
  });
});
