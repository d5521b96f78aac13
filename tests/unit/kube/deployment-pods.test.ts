import { describe, expect, it } from "vitest";
import { readDeploymentPods } from "../../../src/kube/deployment-pods.ts";
import { deployment, namespace, ownedBy, pod } from "../../support/cluster-objects.ts";
import { FakeKube } from "../../support/fake-kube.ts";

const read = (kube: FakeKube) => readDeploymentPods(kube, { namespace, name: "web" });

describe("readDeploymentPods", () => {
  it("follows owner references, and counts neither ending nor ended pods", async () => {
    const [top, set, ...pods] = deployment({ name: "web" });
    const ended = { ...pod({ name: "ended", owner: ownedBy(set) }), status: { phase: "Failed" } };
    const ending = pod({ name: "ending", owner: ownedBy(set) });
    const deleted = {
      ...ending,
      metadata: { ...ending.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
    };
    const found = await read(new FakeKube([top, set, ...pods, ended, deleted, pod({ name: "stray" })]));
    expect(found?.live.map(({ metadata }) => metadata.name)).toEqual([
      "web-6d4f-0",
      "web-6d4f-1",
      "web-6d4f-2",
    ]);
    expect(found?.ready).toHaveLength(3);
  });

  it("does not believe a Ready that was written on a pod without a node", async () => {
    const found = await read(new FakeKube(deployment({ name: "web", node: "" })));
    expect([found?.live.length, found?.ready.length]).toEqual([3, 0]);
  });

  it("does not take an owner that is no controller", async () => {
    const [top, set] = deployment({ name: "web" });
    const lax = pod({ name: "lax", owner: { ...ownedBy(set), controller: false } });
    expect((await read(new FakeKube([top, set, lax])))?.live).toEqual([]);
  });
});
