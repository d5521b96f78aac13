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
  const pod = jobPod(made, "try-x", { phase: end === "Failed" ? "Failed" : "Succeeded" });
  if (end !== undefined) kube.add({ ...pod, spec: { ...made.spec.template.spec, nodeName: "worker-1" } });
};
const cluster = (end?: "Complete" | "Failed") =>
  new FakeKube([cron("nightly")], { onCreate: controller(end) });
const look = (kube: FakeKube) => cronJobRun.observe(spec, fakeCheckContext({ kube }));

describe("cron-job-run", () => {
  it("makes a Job from the template, and removes it when it is Complete", async () => {
    const kube = cluster("Complete");
    const made: KubeObject[] = [];
    const end = controller("Complete");
    kube.behaviour.onCreate = (object, fake) => {
      made.push(object);
      end(object, fake);
    };
    expect(await look(kube)).toEqual([]);
    expect(kube.writes).toEqual([
      "create Job lab-test/labctl-try-nightly-nonce0000",
      "remove Job lab-test/labctl-try-nightly-nonce0000",
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

  it("is not deterred by a Job that somebody else made of labctl's name, and leaves it alone", async () => {
    const kube = cluster("Failed");
    kube.add(job("labctl-try-nightly"));
    expect(await look(kube)).toHaveLength(1);
    expect(kube.writes.at(-1)).toBe("remove Job lab-test/labctl-try-nightly-nonce0000");
  });

  it("asks for a Job that stays until it was looked at", async () => {
    const kube = new FakeKube([cron("quick")], { onCreate: controller("Complete") });
    const made: KubeObject[] = [];
    kube.behaviour.admit = (object) => {
      made.push(object);
      return object;
    };
    const template = { template: { spec: { containers: [] } }, ttlSecondsAfterFinished: 0 };
    kube.add(cron("nightly", { jobTemplate: { spec: template } }));
    expect(await look(kube)).toEqual([]);
    expect(JSON.stringify(made[0]?.["spec"])).not.toContain("ttlSeconds");
  });

  it("misses a CronJob that is not there", async () => {
    expect(await look(new FakeKube())).toMatchObject([{ actual: "not found" }]);
  });

  it("is errored when the Job cannot be made, or is taken away", async () => {
    const kube = cluster();
    kube.behaviour.onCreate = ({ metadata }, fake) =>
      fake.forget({ kind: "Job", namespace: "lab-test", name: metadata.name });
    await expect(look(kube)).rejects.toThrow(EnvironmentError);
    kube.down = true;
    await expect(look(kube)).rejects.toThrow(EnvironmentError);
  });

  it.each<[string, (made: KubeObject) => KubeObject, string]>([
    [
      "another one that was Complete at once",
      (made) => ({ ...made, metadata: { ...made.metadata, uid: "other" } }),
      "another object of the same name",
    ],
    [
      "one with another template",
      (made) => ({ ...made, spec: { template: { spec: { containers: [{ name: "true" }] } } } }),
      "its spec was changed, at spec.template.spec.containers",
    ],
    [
      "one that wants nothing done",
      (made) => ({ ...made, spec: { ...(made["spec"] as object), completions: 0 } }),
      "its spec was changed, at spec.completions",
    ],
  ])("is errored by %s", async (_, change, message) => {
    const kube = cluster();
    kube.behaviour.onCreate = (object, fake) =>
      fake.add(change({ ...object, status: job("x", { end: "Complete" }).status }));
    await expect(look(kube)).rejects.toThrow(message);
  });

  it("is errored by a Job that is Complete without having run what it says", async () => {
    const none = cluster("Complete");
    const end = controller("Complete");
    none.behaviour.onCreate = (object, kube) => {
      end(object, kube);
      kube.forget({ kind: "Pod", namespace: "lab-test", name: "try-x" });
    };
    await expect(look(none)).rejects.toThrow("no pod of it has succeeded");
    const early = cluster("Complete");
    early.behaviour.onCreate = (object, kube) => {
      end(object, kube);
      const pod = kube.objects.get("Pod lab-test/try-x");
      if (pod) kube.add({ ...pod, status: { phase: "Pending" } });
    };
    await expect(look(early)).rejects.toThrow("no pod of it has succeeded");
    const other = cluster("Complete");
    other.behaviour.onCreate = (object, kube) => {
      end(object, kube);
      const pod = kube.objects.get("Pod lab-test/try-x");
      if (pod) kube.add({ ...pod, spec: { containers: [{ name: "true" }] } });
    };
    await expect(look(other)).rejects.toThrow("a pod of it differs from its template, at spec.containers");
  });

  it("is errored by a verdict of a Job that was swapped before it counted", async () => {
    const kube = cluster("Failed");
    const list = kube.list.bind(kube);
    kube.list = (kind, options) => {
      const made = kube.objects.get("Job lab-test/labctl-try-nightly-nonce0000");
      if (made) kube.add({ ...made, metadata: { ...made.metadata, uid: "other" } });
      return list(kind, options);
    };
    await expect(look(kube)).rejects.toThrow("another object of the same name");
  });
});
