import { describe, expect, it } from "vitest";
import { cronJobRun } from "../../../../src/checks/jobs/cron-job-run-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { cron, job, jobPod } from "../../../support/jobs.ts";

const spec = cronJobRun.spec.parse({ kind: "cron-job-run", cronJob: "nightly" });

/** A Job controller that ends every Job at once. */
const controller = (end?: "Complete" | "Failed") => (object: KubeObject, kube: FakeKube) => {
  const ended = job(object.metadata.name, { end });
  kube.objects.set(`Job lab-test/${object.metadata.name}`, { ...ended, ...object, status: ended.status });
  const made = { ...ended, metadata: object.metadata };
  if (end === "Failed") kube.add(jobPod(made, "try-x", { phase: "Failed" }));
};
const cluster = (end?: "Complete" | "Failed") =>
  new FakeKube([cron("nightly")], { onApply: controller(end) });
const look = (kube: FakeKube) => cronJobRun.observe(spec, fakeCheckContext({ kube }));

describe("cron-job-run", () => {
  it("makes a Job from the template, and removes it when it is Complete", async () => {
    const kube = cluster("Complete");
    const made: KubeObject[] = [];
    const end = controller("Complete");
    kube.behaviour.onApply = (object, fake) => {
      made.push(object);
      end(object, fake);
    };
    expect(await look(kube)).toEqual([]);
    expect(kube.writes).toEqual([
      "apply Job lab-test/labctl-try-nightly",
      "remove Job lab-test/labctl-try-nightly",
    ]);
    expect(made[0]?.metadata.labels).toMatchObject({ team: "night" });
    expect(made[0]?.metadata.ownerReferences).toBeUndefined();
  });

  it("tells what the Job ran into", async () => {
    const kube = cluster("Failed");
    kube.logText.set("lab-test/try-x", "No such file: /data/flowers.csv");
    const [finding] = await look(kube);
    expect(finding).toMatchObject({ object: "CronJob/nightly", path: "spec.jobTemplate" });
    expect(finding?.message).toContain("No such file: /data/flowers.csv");
    expect(kube.writes.at(-1)).toMatch(/^remove/);
  });

  it("fails when it takes too long", async () => {
    const kube = cluster();
    const [finding] = await look(kube);
    expect(finding?.message).toContain("did not complete within 120 s");
  });

  it("removes what a killed labctl left before it begins", async () => {
    const kube = cluster("Complete");
    kube.add(job("labctl-try-nightly"));
    expect(await look(kube)).toEqual([]);
    expect(kube.writes[0]).toBe("remove Job lab-test/labctl-try-nightly");
  });

  it("misses a CronJob that is not there", async () => {
    expect(await look(new FakeKube())).toMatchObject([{ actual: "not found" }]);
  });

  it("is errored when the Job cannot be made, or is taken away", async () => {
    const kube = cluster();
    kube.behaviour.onApply = ({ metadata }, fake) =>
      fake.forget({ kind: "Job", namespace: "lab-test", name: metadata.name });
    await expect(look(kube)).rejects.toThrow(EnvironmentError);
    kube.down = true;
    await expect(look(kube)).rejects.toThrow(EnvironmentError);
  });
});
