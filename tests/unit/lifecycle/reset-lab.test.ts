import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectRef } from "../../../src/kube/kube.ts";
import { removeLab } from "../../../src/lifecycle/reset-lab.ts";
import { afterAWhile } from "../../support/after-a-while.ts";
import { useDemoLab } from "../../support/demo-lab.ts";
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

  it.each([
    ["waits until a kind is gone that takes its objects with it", 3000, undefined],
    ["says which does not go", 300_000, "CustomResourceDefinition kinds is still there 60 s after"],
  ])("%s", async (_, goesAfterMs, told) => {
    await using world = await FakeWorld.create();
    const ref = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "kinds" };
    const metadata = { name: ref.name, labels: ofHelm, annotations: releasedIn("lab-demo") };
    world.kube.add({ ...ref, metadata });
    const remove = world.kube.remove.bind(world.kube);
    world.kube.remove = async (removed: ObjectRef) => {
      if (removed.kind !== ref.kind) return remove(removed);
      afterAWhile(world.clock, goesAfterMs, () => {
        world.kube.forget(ref);
      });
    };
    const done = removeLab(labRun(world), new RecordingProgress());
    if (told === undefined) await done;
    else await expect(done).rejects.toThrow(told);
    expect(world.kube.objects.size).toBe(told === undefined ? 0 : 1);
  });
});

const labels = {
  "app.kubernetes.io/managed-by": "labctl",
  "labctl.dev/lab": "demo",
  "labctl.dev/namespace": "lab-demo",
};

describe("labctl reset", () => {
  let world: FakeWorld;
  beforeEach(async () => {
    world = await FakeWorld.create();
    await useDemoLab(world);
    expect((await world.run("start", "demo")).exitCode).toBe(0);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const namespaces = () => [...world.kube.objects.keys()].filter((key) => key.startsWith("Namespace "));

  it("empties the lab's namespace and starts in it anew, unmarked", async () => {
    const mine = { name: "mine", namespace: "lab-demo" };
    world.kube.add({ apiVersion: "v1", kind: "Secret", metadata: mine });
    const { exitCode, stderr } = await world.run("reset", "demo");
    expect(exitCode, stderr).toBe(0);
    expect(await world.kube.read({ kind: "Secret", ...mine })).toBeUndefined();
    expect(world.kube.writes).not.toContain("remove Namespace /lab-demo");
    expect(await world.kube.read({ kind: "Namespace", name: "lab-demo" })).toMatchObject({
      metadata: { labels },
    });
    expect((await world.run("start", "demo")).stdout).toContain("was started before");
  });

  it("deletes the other namespaces of the lab", async () => {
    world.kube.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "beside", labels } });
    await world.run("reset", "demo");
    expect(namespaces()).toEqual(["Namespace /labctl-system", "Namespace /lab-demo"]);
  });

  it("shuts the doors of those at once, and waits until they are gone", async () => {
    const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };
    world.kube.add(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "beside", labels } },
      { ...ingress, metadata: { name: "web", namespace: "beside" } },
    );
    const { onRemove } = world.kube.behaviour;
    let going = false;
    world.kube.behaviour.onRemove = (ref, kube) => {
      onRemove?.(ref, kube);
      if (ref.kind !== "Namespace" || ref.name !== "beside") return;
      going = true;
      kube.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "beside", labels } });
      afterAWhile(world.clock, 3000, () => {
        going = false;
        kube.forget(ref);
      });
    };
    await world.run("reset", "demo");
    expect(going).toBe(false);
    const removed = world.kube.writes.filter((write) => write.includes("beside"));
    expect(removed).toEqual(["remove Ingress beside/web", "remove Namespace /beside"]);
  });

  it("says why it deletes the namespace instead", async () => {
    const annotations = { team: "web" };
    world.kube.add({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "lab-demo", labels, annotations },
    });
    const { exitCode, stderr } = await world.run("reset", "demo");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("Delete namespace lab-demo: it is not as start made it");
    expect(world.kube.writes).toContain("remove Namespace /lab-demo");
  });

  it("keeps the namespace, which verify deletes at its end", async () => {
    expect((await world.run("verify", "demo")).exitCode).toBe(0);
    expect(world.kube.writes.filter((line) => line === "remove Namespace /lab-demo")).toHaveLength(1);
    expect(namespaces()).toEqual(["Namespace /labctl-system"]);
  });
});
