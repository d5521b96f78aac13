import { describe, expect, it } from "vitest";
import { judgeScore, proveScore, readClusterUid, type Score } from "../../../src/records/score.ts";
import { fakeLabState } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";

const key = "ab".repeat(32);
const graded = { ...fakeLabState({ lab: "services", namespace: "lab-services" }), cluster: "uid-1" };
const score: Score = {
  score: 3,
  maxScore: 9,
  at: "2026-01-01T00:00:00.000Z",
  exercises: [
    { id: "cluster-ip", status: "passed", score: 3, points: 3 },
    { id: "repair", status: "failed", score: 0, points: 6 },
  ],
};
const stored = proveScore(key, graded, score) as Record<string, unknown>;

describe("a score that labctl graded", () => {
  it("counts with the key that proved it", () => {
    expect(judgeScore(key, graded, JSON.parse(JSON.stringify(stored)))).toEqual({ is: "graded", score });
  });

  it("is graded elsewhere for another key, and for none", () => {
    expect(judgeScore("cd".repeat(32), graded, stored)).toEqual({ is: "graded-elsewhere" });
    expect(judgeScore(undefined, graded, stored)).toEqual({ is: "graded-elsewhere" });
  });

  it("holds for its cluster, namespace, lab and attempt alone", () => {
    for (const other of [
      { cluster: "uid-2" },
      { namespace: "lab-anna" },
      { lab: "pods" },
      { startedAt: "2026-01-02T00:00:00.000Z" },
      { seed: "01" },
    ]) {
      expect(judgeScore(key, { ...graded, ...other }, stored), JSON.stringify(other)).toEqual({
        is: "changed-by-hand",
      });
    }
  });

  it("tells nothing of the key", () => {
    expect(JSON.stringify(stored)).not.toContain(key.slice(0, 8));
  });
});

describe("a score that was changed by hand counts nothing", () => {
  const points = [{ ...score.exercises[0], score: 9 }, score.exercises[1]];
  it.each([
    ["more points", { ...stored, score: 9 }],
    ["fewer to be had", { ...stored, maxScore: 3 }],
    ["another time", { ...stored, at: "2026-01-02T00:00:00.000Z" }],
    ["another result of an exercise", { ...stored, exercises: points }],
    ["an exercise less", { ...stored, exercises: [score.exercises[0]] }],
    ["another proof", { ...stored, proof: { ...(stored["proof"] as object), hmac: "0".repeat(64) } }],
    ["no proof", score],
    ["no object", "10 of 10"],
    ["a list", []],
  ])("%s", (_, changed) => {
    expect(judgeScore(key, graded, changed)).toEqual({ is: "changed-by-hand" });
  });
});

it("a cluster is known by its kube-system", async () => {
  const kube = new FakeKube();
  expect(await readClusterUid(kube)).toBe("");
  kube.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", uid: "uid-1" } });
  expect(await readClusterUid(kube)).toBe("uid-1");
});
