import { describe, expect, it } from "vitest";
import { daskScaled } from "../../../../src/checks/leaving/dask-scaled.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { daskCluster } from "../../../support/dask-cluster.ts";
import { revision, type RevisionOptions } from "../../../support/helm-objects.ts";

const spec = daskScaled.spec.parse({
  kind: "dask-scaled",
  release: "dask",
  service: "dask-scheduler",
  deployment: "dask-worker",
  workers: 5,
});
const ofWorkers = (replicas: number, options: RevisionOptions = {}) =>
  revision({
    name: "dask",
    chart: "dask",
    manifest: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: dask-worker }\nspec: { replicas: ${String(replicas)} }\n`,
    ...options,
  });
const first = ofWorkers(3, { status: "superseded" });
const second = ofWorkers(5, { revision: 2 });

const observe = (revisions: readonly ReturnType<typeof revision>[], replicas = 5) => {
  const { kube, context } = daskCluster({ replicas });
  kube.add(...revisions);
  return daskScaled.observe(spec, context);
};

describe("dask-scaled", () => {
  it("passes after an upgrade from three to five, by one step or more", async () => {
    expect(await observe([first, second])).toEqual([]);
    const steps = [first, ofWorkers(4, { revision: 2, status: "superseded" }), ofWorkers(5, { revision: 3 })];
    expect(await observe(steps)).toEqual([]);
  });

  it.each([
    ["never upgraded", [ofWorkers(3)], 3, "asks for 3 workers, and 5 are wanted."],
    ["scaled with kubectl", [ofWorkers(3)], 5, "it was scaled without Helm"],
    ["installed with five", [ofWorkers(5)], 5, "it was installed so, not upgraded"],
    [
      "installed anew with five",
      [ofWorkers(3, { status: "superseded", firstDeployed: "2025-12-31T00:00:00Z" }), second],
      5,
      "it was installed so, not upgraded",
    ],
    [
      "an upgrade that failed",
      [ofWorkers(3), ofWorkers(5, { revision: 2, status: "failed", description: "timed out" })],
      5,
      "is failed: timed out",
    ],
    ["five of which two are not there", [first, second], 3, "Deployment dask-worker"],
  ])("fails for what was %s", async (_, revisions, replicas, told) => {
    const [finding, ...more] = await observe(revisions, replicas);
    expect(finding?.message).toContain(told);
    expect(more).toEqual([]);
  });

  it("fails without a release, and is errored without a cluster", async () => {
    expect(await observe([])).toMatchObject([{ actual: "not found" }]);
    const { kube, context } = daskCluster();
    kube.down = true;
    await expect(daskScaled.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
