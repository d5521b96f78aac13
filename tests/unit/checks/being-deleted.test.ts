import { describe, expect, it } from "vitest";
import { checkSpec, observeCheck, type CheckSpec } from "../../../src/checks/index.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { deployment, service } from "../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { cron, job } from "../../support/jobs.ts";

const [top, set, ...pods] = deployment({ name: "web" });
const answers = { port: 80, expect: { status: 200 } };
const keeps = { succeeded: 2, failed: 1 };

/** Deleted, and held by a finalizer. */
const held = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
});

describe("an object that is being deleted", () => {
  it.each<[string, object, KubeObject]>([
    ["Deployment/web", { kind: "workload", deployment: "web", replicas: { exactly: 3 } }, top],
    ["Deployment/web", { kind: "pod-replaced", deployment: "web", replicas: { exactly: 3 } }, top],
    ["Service/web", { kind: "dns", service: "web", ...answers }, service({ name: "web" })],
    ["Service/web", { kind: "endpoints", service: "web", deployment: "web" }, service({ name: "web" })],
    ["Job/train", { kind: "job-complete", job: "train" }, job("train")],
    [
      "CronJob/nightly",
      { kind: "cron-job", cronJob: "nightly", schedule: "30 2 * * *", keeps },
      cron("nightly"),
    ],
    ["Service/web", { kind: "resource", object: { kind: "Service", name: "web" } }, service({ name: "web" })],
  ])("%s does not count any more: %o", async (object, spec, found) => {
    const kube = new FakeKube([top, set, ...pods, held(found)]);
    const parsed: CheckSpec = checkSpec.parse(spec);
    expect(await observeCheck(parsed, fakeCheckContext({ kube }))).toMatchObject([
      { object, reason: "being-deleted" },
    ]);
    expect(kube.writes).toEqual([]);
  });
});
