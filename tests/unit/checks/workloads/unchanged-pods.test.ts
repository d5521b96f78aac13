import { describe, expect, it } from "vitest";
import { unchangedPods } from "../../../../src/checks/workloads/unchanged-pods-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment } from "../../../support/cluster-objects.ts";
import { fakeCheckContext, fakeLabState } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const spec = unchangedPods.spec.parse({ kind: "unchanged-pods", deployment: "shop" });
const kube = new FakeKube(deployment({ name: "shop", replicas: 2 }));
const started = (uids: readonly string[]) => fakeLabState({ podUids: { shop: uids } });

describe("unchanged-pods", () => {
  it("passes with the very pods of the start", async () => {
    const state = started(["uid-shop-6d4f-0", "uid-shop-6d4f-1"]);
    expect(await unchangedPods.observe(spec, fakeCheckContext({ kube, state }))).toEqual([]);
  });

  it("fails when they were replaced or scaled", async () => {
    const replaced = await unchangedPods.observe(
      spec,
      fakeCheckContext({ kube, state: started(["uid-1", "uid-2"]) }),
    );
    expect(replaced).toMatchObject([{ actual: "2 of them gone, 2 new" }]);
    const scaled = await unchangedPods.observe(
      spec,
      fakeCheckContext({ kube, state: started(["uid-shop-6d4f-0"]) }),
    );
    expect(scaled).toMatchObject([{ actual: "0 of them gone, 1 new" }]);
  });

  it("fails when the Deployment is gone, or the lab was never started", async () => {
    const gone = await unchangedPods.observe(spec, fakeCheckContext({ state: started(["uid-1"]) }));
    expect(gone).toMatchObject([{ actual: "not found" }]);
    expect(await unchangedPods.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { next: "labctl start test" },
    ]);
  });

  it("is errored when the cluster does not answer", async () => {
    const down = new FakeKube();
    down.down = true;
    const context = fakeCheckContext({ kube: down, state: started(["uid-1"]) });
    await expect(unchangedPods.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
