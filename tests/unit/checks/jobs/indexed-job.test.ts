import { describe, expect, it } from "vitest";
import { indexedJob } from "../../../../src/checks/jobs/indexed-job-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { JobSpec, KubeObject } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { job, jobPod } from "../../../support/jobs.ts";

const spec = indexedJob.spec.parse({ kind: "indexed-job", job: "sweep", completions: 4, atMost: 2 });
const shape = { completionMode: "Indexed", completions: 4, parallelism: 2 };

/** Pods of the indexes 0, 1, …, each from a second to a second. */
const sweep = (lives: readonly (readonly [number, number])[], its: Partial<JobSpec> = {}) => {
  const own = job("sweep", { spec: { ...shape, ...its } });
  const pods = lives.map(([from, to], index) => jobPod(own, `sweep-${String(index)}`, { index, from, to }));
  return [own, ...pods];
};
const look = (objects: readonly KubeObject[]) =>
  indexedJob.observe(spec, fakeCheckContext({ kube: new FakeKube(objects) }));

const twoByTwo = [
  [0, 8],
  [0, 9],
  [8, 16],
  [9, 17],
] as const;
const atOnce = [
  [0, 8],
  [0, 9],
  [0, 8],
  [0, 9],
] as const;
const overAtOnce = [
  [0, 1],
  [0, 1],
  [0, 1],
  [0, 1],
] as const;

describe("indexed-job", () => {
  it("passes two at a time, and one at a time", async () => {
    expect(await look(sweep(twoByTwo))).toEqual([]);
    const oneByOne = [
      [0, 5],
      [5, 10],
      [10, 15],
      [15, 20],
    ] as const;
    expect(await look(sweep(oneByOne, { parallelism: 1 }))).toEqual([]);
  });

  it("passes when a try of an index failed before", async () => {
    const [own, ...pods] = sweep(twoByTwo);
    const failed = jobPod(job("sweep"), "sweep-0-a", { phase: "Failed", index: 0, from: -9, to: 0 });
    expect(await look([...(own ? [own] : []), failed, ...pods])).toEqual([]);
  });

  it.each([
    ["no index", sweep(twoByTwo, { completionMode: "NonIndexed" }), "is not Indexed"],
    ["another number", sweep(twoByTwo, { completions: 3 }), "asks for 3 completions, not for 4"],
    ["too many at a time", sweep(atOnce, { parallelism: 4 }), "lets 4 pods run at a time"],
    ["too many at a time, and parallelism set back", sweep(atOnce), "had 4 pods at a time, by the times"],
    [
      "too many at a time, each of them over at once",
      sweep(overAtOnce),
      "had 4 pods at a time, by the times",
    ],
    ["pods that are gone", sweep(twoByTwo).slice(0, 3), "only the pods of 2 of its 4 indexes"],
    ["no Job", [], "There is no Job sweep"],
  ])("does not pass with %s", async (_, objects, told) => {
    const findings = await look(objects);
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining(told)]);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(indexedJob.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
