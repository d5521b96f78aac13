import { describe, expect, it } from "vitest";
import { removeLab } from "../../../src/labs/reset-lab.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { labRun } from "../../support/lab-run.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

const ofHelm = { "app.kubernetes.io/managed-by": "Helm" };
const releasedIn = (namespace: string) => ({ "meta.helm.sh/release-namespace": namespace });
const rbac = "rbac.authorization.k8s.io/v1";

describe("removeLab", () => {
  it("removes what charts that were installed in the lab have put beside its namespace, and no other's", async () => {
    await using world = await FakeWorld.create();
    world.kube.add(
      ...["lab-demo", "elsewhere"].flatMap((namespace) => [
        {
          ...{ apiVersion: rbac, kind: "ClusterRole" },
          metadata: { name: `of-${namespace}`, labels: ofHelm, annotations: releasedIn(namespace) },
        },
        {
          ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
          metadata: { name: `of-${namespace}`, labels: ofHelm, annotations: releasedIn(namespace) },
        },
      ]),
      { apiVersion: rbac, kind: "ClusterRole", metadata: { name: "bare", labels: ofHelm } },
    );
    await removeLab(labRun(world), new RecordingProgress());
    const removed = world.kube.writes.filter((write) => /of-|bare/.test(write));
    expect(removed).toEqual([
      "remove ClusterRole /of-lab-demo",
      "remove CustomResourceDefinition /of-lab-demo",
    ]);
  });
});
