import { describe, expect, it } from "vitest";
import { podsFact } from "../../../../../src/programs/facts/pods.ts";
import type { KubeObject } from "../../../../../src/kube/objects.ts";
import { deployment } from "../../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../../support/fake-check-context.ts";
import { FakeKube } from "../../../../support/fake-kube.ts";

function namesOf(objects: readonly KubeObject[], kube = new FakeKube(objects)) {
  const context = fakeCheckContext({ kube });
  return podsFact({ pods: { deployment: "web", atLeast: 0 } }, context).then((found) =>
    found.ok ? (found.value as { name: string }[]).map(({ name }) => name) : found.findings,
  );
}

describe("the fact pods, where none is needed", () => {
  it("is those that stand", async () => {
    expect(await namesOf(deployment({ name: "web", replicas: 2 }))).toEqual(["web-6d4f-0", "web-6d4f-1"]);
  });

  it("is none where none is Ready, or there is no Deployment", async () => {
    expect(await namesOf(deployment({ name: "web", ready: false }))).toEqual([]);
    expect(await namesOf([])).toEqual([]);
  });

  it("is none of a node that does not exist", async () => {
    const kube = new FakeKube(deployment({ name: "web", node: "ghost" }));
    kube.hollowNodes.set("ghost", "there is no node ghost");
    expect(await namesOf([], kube)).toEqual([]);
  });
});
