import { describe, expect, it } from "vitest";
import { jobComplete } from "../../../../src/checks/jobs/job-complete-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { job, jobPod } from "../../../support/jobs.ts";
import { pending } from "../../../support/placed-pods.ts";

const spec = jobComplete.spec.parse({ kind: "job-complete", job: "train" });
const going = job("train", { end: undefined });
/** The Job with what the API server notes of who wrote its status. */
const statusBy = (...managers: readonly string[]): KubeObject => {
  const { metadata, ...rest } = job("train");
  const managedFields = managers.map((manager) => ({ manager, subresource: "status" }));
  return { ...rest, metadata: { ...metadata, managedFields } };
};

const look = (...objects: readonly KubeObject[]) => {
  const kube = new FakeKube(objects);
  kube.logText.set("lab-test/train-x", "KeyError: 'petal'\n");
  return jobComplete.observe(spec, fakeCheckContext({ kube }));
};

describe("job-complete", () => {
  it("passes when the Job has ended well", async () => {
    expect(await look(job("train"), jobPod(job("train"), "train-x"))).toEqual([]);
    expect(await look(statusBy("kube-controller-manager"))).toEqual([]);
    expect(await look(job("train", { spec: { managedBy: "kubernetes.io/job-controller" } }))).toEqual([]);
  });

  it.each([
    ["no Job", [], "There is no Job train"],
    ["a pod of the right name alone", [pod({ name: "train-x" })], "There is no Job train"],
    [
      "one that gave up",
      [job("train", { end: "Failed" }), jobPod(job("train"), "train-x", { phase: "Failed" })],
      "BackoffLimitExceeded. Pod train-x failed with exit code 1. The last line of its log: KeyError: 'petal'",
    ],
    ["one that sleeps", [job("train", { end: undefined, spec: { suspend: true } })], "is suspended"],
    [
      "one that waits for its next try",
      [going, jobPod(going, "train-x", { phase: "Failed" })],
      "tries again soon",
    ],
    ["one at work", [going, jobPod(going, "train-x", { phase: "Running" })], "still at work in pod train-x"],
    [
      "one whose pod is on no node",
      [going, pending(jobPod(going, "train-x"), "0/3 nodes are available: pod has unbound claims")],
      "pod has unbound claims",
    ],
    ["one that has not begun", [going], "has made no pod yet"],
    ["one that asks for no pod", [job("train", { succeeded: 0 })], "but no pod of it has succeeded"],
    [
      "one that somebody else manages",
      [job("train", { spec: { managedBy: "example.com/me" } })],
      "is managed by example.com/me, not by Kubernetes",
    ],
    [
      "one whose status was written by hand",
      [statusBy("kubectl-patch", "kube-controller-manager")],
      "was written by kubectl-patch and kube-controller-manager",
    ],
  ])("does not pass with %s", async (_, objects, told) => {
    const [finding] = await look(...objects);
    expect(finding?.message).toContain(told);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(jobComplete.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
