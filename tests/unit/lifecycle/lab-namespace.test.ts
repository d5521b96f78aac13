import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { ensureNamespace, removeNamespace, waitUntilGone } from "../../../src/lifecycle/lab-namespace.ts";
import type { LabRun } from "../../../src/lifecycle/lab-run.ts";
import type { Lab } from "../../../src/lab/schema.ts";
import { afterAWhile } from "../../support/after-a-while.ts";
import { deployment, pod } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

const namespace = "lab-demo";
const shown = { detail: () => undefined, title: () => undefined };
const lab: Lab = {
  apiVersion: "labctl.dev/v1",
  kind: "Lab",
  id: "demo",
  title: "A lab",
  asks: ["deploy"],
  source: [],
  after: [],
  needs: { images: [], charts: [], addons: [], tools: [] },
  start: { ready: [], nodes: [] },
  reset: { containers: [], images: [] },
  exercises: [],
  folder: "/nowhere",
};

let world: FakeWorld;
let run: LabRun;

beforeEach(async () => {
  world = await FakeWorld.create();
  run = { lab, namespace, context: fakeStepContext(world) };
});

afterEach(() => world[Symbol.asyncDispose]());

function namespaceObject(
  labels: Readonly<Record<string, string>>,
  metadata: Partial<KubeObject["metadata"]> = {},
): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels, ...metadata } };
}

const own = namespaceObject({ "app.kubernetes.io/managed-by": "labctl" });
const foreign = namespaceObject({ team: "web" });

describe("removeNamespace", () => {
  it("ends controllers before what they own, then the pods, then the namespace", async () => {
    const [top, set, ...pods] = deployment({ name: "web", replicas: 2, namespace });
    world.kube.add(own, top, set, ...pods);
    await removeNamespace(run, world.kube);
    expect(world.kube.writes).toEqual([
      "remove Deployment lab-demo/web",
      "remove ReplicaSet lab-demo/web-6d4f",
      "remove Pod lab-demo/web-6d4f-0",
      "remove Pod lab-demo/web-6d4f-1",
      "remove Namespace /lab-demo",
    ]);
  });

  it("gives no pod time to end: a sleep would take its thirty seconds", async () => {
    const options: unknown[] = [];
    const remove = world.kube.remove.bind(world.kube);
    world.kube.remove = (ref, ...rest: readonly unknown[]) => {
      if (ref.kind === "Pod") options.push(...rest);
      return remove(ref);
    };
    world.kube.add(own, pod({ name: "sleeper", namespace }));
    await removeNamespace(run, world.kube);
    expect(options).toEqual([{ graceSeconds: 0 }]);
  });

  it("leaves what is in other namespaces", async () => {
    const elsewhere = pod({ name: "web", namespace: "lab-other" });
    world.kube.add(own, elsewhere);
    await removeNamespace(run, world.kube);
    expect([...world.kube.objects.values()]).toEqual([elsewhere]);
  });

  it("does nothing where there is none", async () => {
    await removeNamespace(run, world.kube);
    expect(world.kube.writes).toEqual([]);
  });

  it("refuses a namespace that labctl did not make, before it touches anything in it", async () => {
    world.kube.add(foreign, pod({ name: "web", namespace }));
    await expect(removeNamespace(run, world.kube)).rejects.toMatchObject({
      message: "Namespace lab-demo was not made by labctl.",
      exitCode: 2,
    });
    expect(world.kube.writes).toEqual([]);
  });

  it("says what holds a namespace that does not go", async () => {
    world.kube.add(own);
    world.kube.behaviour.onRemove = ({ kind }, kube) => {
      if (kind === "Namespace") kube.add({ ...own, status: { phase: "Terminating" } });
    };
    await removeNamespace(run, world.kube);
    await expect(waitUntilGone(run, world.kube, shown)).rejects.toMatchObject({
      message: "Namespace lab-demo is still being deleted after 180 s.",
      lastSeen: '{"phase":"Terminating"}',
    });
  });
});

it("tells of a namespace that does not go the conditions that hold it, and no others", async () => {
  const conditions = [
    { type: "NamespaceContentRemaining", status: "True", message: "configmaps. has 1 resource instances" },
    {
      type: "NamespaceFinalizersRemaining",
      status: "True",
      message: "example.com/never in 1 resource instances",
    },
    {
      type: "NamespaceDeletionDiscoveryFailure",
      status: "False",
      message: "All resources successfully discovered",
    },
  ];
  world.kube.add({ ...own, status: { phase: "Terminating", conditions } });
  await expect(waitUntilGone(run, world.kube, shown)).rejects.toMatchObject({
    lastSeen: "configmaps. has 1 resource instances\nexample.com/never in 1 resource instances",
    hint: "Remove that, or its finalizers, then run the command again: kubectl get namespace lab-demo --output yaml",
  });
});

describe("ensureNamespace", () => {
  it("makes it with the lab's labels, and the one that labctl remembers in", async () => {
    await ensureNamespace(run, world.kube, shown);
    const made = await world.kube.read({ kind: "Namespace", name: namespace });
    expect(world.kube.writes).toEqual([
      "apply Namespace /labctl-system",
      "apply Namespace /lab-demo",
      "apply ResourceQuota lab-demo/labctl",
    ]);
    expect(made).toMatchObject({
      metadata: { labels: { "labctl.dev/lab": "demo", "app.kubernetes.io/managed-by": "labctl" } },
    });
  });

  it("lets no pod in it reach its node, and not more than a hundred be made", async () => {
    await ensureNamespace(run, world.kube, shown);
    const made = await world.kube.read({ kind: "Namespace", name: namespace });
    const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
    expect(made).toMatchObject({ metadata: { labels } });
    const quota = await world.kube.read({ kind: "ResourceQuota", name: "labctl", namespace });
    expect(quota).toMatchObject({ spec: { hard: { pods: "100" } } });
  });

  it("waits until the quota counts: nothing can be made before", async () => {
    const began = world.clock.now();
    world.kube.behaviour.onApply = (object, kube) => {
      if (object.kind !== "ResourceQuota") return;
      const { status, ...uncounted } = object as KubeObject & { status?: unknown };
      kube.add(uncounted);
      afterAWhile(world.clock, 3000, () => kube.add({ ...uncounted, status }));
    };
    await ensureNamespace(run, world.kube, shown);
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(3000);
  });

  it("waits until one that is being deleted is gone", async () => {
    world.kube.add(namespaceObject(own.metadata.labels ?? {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }));
    const details: string[] = [];
    const detail = (text: string): void => {
      details.push(text);
      world.kube.forget({ kind: "Namespace", name: namespace });
    };
    await ensureNamespace(run, world.kube, { ...shown, detail });
    expect(details).toEqual(["waiting until namespace lab-demo is gone"]);
    expect(world.kube.writes.slice(-2)).toEqual([
      "apply Namespace /lab-demo",
      "apply ResourceQuota lab-demo/labctl",
    ]);
  });

  it("does not take over a namespace of somebody else", async () => {
    world.kube.add(foreign);
    await expect(ensureNamespace(run, world.kube, shown)).rejects.toMatchObject({ exitCode: 2 });
    expect(world.kube.writes).toEqual([]);
  });
});
