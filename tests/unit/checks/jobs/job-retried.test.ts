import { describe, expect, it } from "vitest";
import { jobRetried } from "../../../../src/checks/jobs/job-retried-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { job, jobPod } from "../../../support/jobs.ts";

const spec = jobRetried.spec.parse({
  kind: "job-retried",
  job: "flaky",
  failedSays: "not arrived",
  succeededSays: '"accuracy"',
});
const flaky = job("flaky", { failed: 1 });
const crashed = jobPod(flaky, "flaky-1", { phase: "Failed" });
const done = jobPod(flaky, "flaky-2");

const look = (objects: readonly KubeObject[], logs: Readonly<Record<string, string>> = {}) => {
  const kube = new FakeKube(objects);
  const texts = { "flaky-1": "the data have not arrived yet\n", "flaky-2": '{"accuracy": 0.9}\n', ...logs };
  for (const [name, text] of Object.entries(texts)) kube.logText.set(`lab-test/${name}`, text);
  return jobRetried.observe(spec, fakeCheckContext({ kube }));
};

describe("job-retried", () => {
  it("passes when one of the Job's own pods failed and another succeeded", async () => {
    expect(await look([flaky, crashed, done])).toEqual([]);
  });

  it("does not pass when the trainer never fails", async () => {
    const [finding] = await look([job("flaky"), done]);
    expect(finding?.message).toContain("its first try succeeded");
  });

  it("does not count the failed pod of an earlier Job of the same name: made again by hand", async () => {
    const earlier = jobPod(job("flaky", { uid: "uid-earlier" }), "flaky-1", { phase: "Failed" });
    expect(await look([job("flaky"), earlier, done])).toMatchObject([{ actual: "no failed pod" }]);
  });

  it("does not pass when the container was restarted in its pod", async () => {
    const [finding] = await look([job("flaky"), jobPod(job("flaky"), "flaky-2", { restarts: 1 })]);
    expect(finding?.message).toContain("started again inside pod flaky-2 (restartPolicy OnFailure)");
  });

  it("does not take a status for a pod", async () => {
    expect(await look([flaky, done])).toMatchObject([{ actual: "failed pods that are gone" }]);
  });

  it("does not pass with another script, for either try", async () => {
    const [failed] = await look([flaky, crashed, done], { "flaky-1": "exit 1 on purpose" });
    expect(failed?.message).toContain("that failed did not run what it was given");
    const [succeeded] = await look([flaky, crashed, done], { "flaky-2": "" });
    expect(succeeded?.message).toContain("that succeeded did not run what it was given");
  });

  it("tells why a Job is not Complete, or that there is none", async () => {
    expect((await look([]))[0]?.actual).toBe("not found");
    const [finding] = await look([job("flaky", { end: "Failed" }), crashed]);
    expect(finding?.message).toContain("the data have not arrived yet");
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(jobRetried.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
