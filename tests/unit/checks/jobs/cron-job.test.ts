import { describe, expect, it } from "vitest";
import { cronJob } from "../../../../src/checks/jobs/cron-job-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { CronJob } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { cron } from "../../../support/jobs.ts";

const spec = cronJob.spec.parse({
  kind: "cron-job",
  cronJob: "nightly",
  schedule: "30 2 * * *",
  keeps: { succeeded: 2, failed: 1 },
});
const look = (its: Partial<CronJob["spec"]>) =>
  cronJob.observe(spec, fakeCheckContext({ kube: new FakeKube([cron("nightly", its)]) }));

describe("cron-job", () => {
  it.each(["30 2 * * *", "30 02 * * *", "30 2 */1 * ?", " 30  2 1-31 1-12 0-6 ", "30 2 * jan-dec sun-sat"])(
    "passes with %j, and with a time zone",
    async (schedule) => {
      expect(await look({ schedule, timeZone: "Europe/Paris" })).toEqual([]);
    },
  );

  it.each(["30 * * * *", "2 30 * * *", "30 14 * * *", "30 2 * * 1-5", "@daily", "*/30 2 * * *", "nonsense"])(
    "does not pass with %j",
    async (schedule) => {
      expect(await look({ schedule })).toMatchObject([{ path: "spec.schedule", actual: schedule }]);
    },
  );

  it("does not pass suspended, or with other limits: all of it is told", async () => {
    const findings = await look({ suspend: true, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 0 });
    expect(findings.map(({ path }) => path)).toEqual([
      "spec.suspend",
      "spec.successfulJobsHistoryLimit",
      "spec.failedJobsHistoryLimit",
    ]);
  });

  it("knows a predefined schedule as what it stands for", async () => {
    const kube = new FakeKube([cron("nightly", { schedule: "@midnight" })]);
    const midnight = { ...spec, schedule: "0 0 * * *" };
    expect(await cronJob.observe(midnight, fakeCheckContext({ kube }))).toEqual([]);
  });

  it("misses what is not there", async () => {
    expect(await cronJob.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "not found" }]);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(cronJob.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
