import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { emptyNamespace } from "../../../src/lifecycle/empty-namespace.ts";
import { ensureNamespace, hasNamespace } from "../../../src/lifecycle/lab-namespace.ts";
import { labLabels, type LabRun } from "../../../src/lifecycle/lab-run.ts";
import { pod } from "../../support/cluster-objects.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { labRun } from "../../support/lab-run.ts";

const namespace = "lab-demo";
let world: FakeWorld;
let run: LabRun;
let titles: string[];
const step = { detail: () => undefined, title: (text: string) => titles.push(text) };

beforeEach(async () => {
  world = await FakeWorld.create();
  run = labRun(world);
  titles = [];
});
afterEach(() => world[Symbol.asyncDispose]());

/** The namespace as the API server shows it after a start. */
function started(metadata: Readonly<Record<string, unknown>> = {}): KubeObject {
  const labels = { ...labLabels(run), "kubernetes.io/metadata.name": namespace };
  const filledIn = { uid: "n-1", resourceVersion: "7", creationTimestamp: "2026-01-01T00:00:00Z" };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels, ...filledIn, ...metadata },
  };
}

const removesNamespace = () => world.kube.writes.includes("remove Namespace /lab-demo");

describe("emptyNamespace", () => {
  it("leaves the namespace, empty, and marked until the reset is through", async () => {
    world.kube.add(started(), pod({ name: "web", namespace }));
    await emptyNamespace(run, world.kube, step);
    expect([...world.kube.objects.keys()]).toEqual(["Namespace /lab-demo"]);
    expect(removesNamespace()).toBe(false);
    expect(await hasNamespace(world.kube, namespace)).toBe(false);
  });

  it("leaves its quota, which takes a while to count anew", async () => {
    await ensureNamespace(run, world.kube, step);
    const quota = { kind: "ResourceQuota", name: "labctl", namespace };
    const before = await world.kube.read(quota);
    await emptyNamespace(run, world.kube, step);
    expect(await world.kube.read(quota)).toBe(before);
  });

  it("removes a quota that somebody changed", async () => {
    await ensureNamespace(run, world.kube, step);
    const quota = { kind: "ResourceQuota", name: "labctl", namespace };
    const before = await world.kube.read(quota);
    world.kube.add({ ...(before as unknown as KubeObject), spec: { hard: { pods: "1" } } });
    await emptyNamespace(run, world.kube, step);
    expect(await world.kube.read(quota)).toBeUndefined();
  });

  it("does nothing where there is none", async () => {
    await emptyNamespace(run, world.kube, step);
    expect(world.kube.writes).toEqual([]);
  });

  it("refuses a namespace that labctl did not make, before it touches anything in it", async () => {
    world.kube.add(started({ labels: { team: "web" } }), pod({ name: "web", namespace }));
    await expect(emptyNamespace(run, world.kube, step)).rejects.toMatchObject({
      message: "Namespace lab-demo was not made by labctl.",
      exitCode: 2,
    });
    expect(world.kube.writes).toEqual([]);
  });

  it.each<[string, () => Readonly<Record<string, unknown>>]>([
    ["an annotation", () => ({ annotations: { "scheduler.alpha.kubernetes.io/node-selector": "disk=ssd" } })],
    [
      "a label",
      () => ({ labels: { ...labLabels(run), "pod-security.kubernetes.io/enforce": "restricted" } }),
    ],
    ["a label's value", () => ({ labels: { ...labLabels(run), "labctl.dev/lab": "other" } })],
    ["a finalizer", () => ({ finalizers: ["example.com/hold"] })],
    ["the mark of a reset that was killed", () => ({ annotations: { "labctl.dev/leaving": "true" } })],
  ])("deletes a namespace that carries %s of somebody else", async (_, metadata) => {
    world.kube.add(started(metadata()));
    await emptyNamespace(run, world.kube, step);
    expect(world.kube.objects.size).toBe(0);
    expect(titles).toEqual(["Delete namespace lab-demo: it is not as start made it"]);
  });

  it("waits until a namespace that is being deleted is gone", async () => {
    world.kube.add(started({ deletionTimestamp: "2026-01-01T00:00:00Z" }));
    await emptyNamespace(run, world.kube, step);
    expect(world.kube.objects.size).toBe(0);
  });

  it("deletes the namespace where something in it does not go, and says what holds that", async () => {
    const held = {
      apiVersion: "example.com/v1",
      kind: "Gadget",
      metadata: { name: "held", namespace, uid: "g" },
    };
    world.kube.add(started(), held);
    world.kube.behaviour.onRemove = ({ kind }, kube) => {
      if (kind === "Gadget") kube.add(held);
      if (kind === "Namespace") kube.add({ ...started(), status: { phase: "Terminating" } });
    };
    await expect(emptyNamespace(run, world.kube, step)).rejects.toMatchObject({
      message: "Namespace lab-demo is still being deleted after 180 s.",
      lastSeen: '{"phase":"Terminating"}',
    });
    expect(titles).toEqual(["Delete namespace lab-demo: there is still Gadget/held"]);
  });

  it("deletes the namespace where a kind cannot be listed", async () => {
    world.kube.add(started());
    world.kube.namespacedKinds = () => {
      return Promise.reject(
        new EnvironmentError({ message: "No metrics.", lastSeen: "HTTP 503", hint: "wait" }),
      );
    };
    await emptyNamespace(run, world.kube, step);
    expect(world.kube.objects.size).toBe(0);
    expect(titles).toEqual(["Delete namespace lab-demo: No metrics. HTTP 503"]);
  });

  it("is an outage where the cluster does not answer", async () => {
    world.kube.down = true;
    await expect(emptyNamespace(run, world.kube, step)).rejects.toThrow("The cluster does not answer");
  });
});

it("ensureNamespace makes anew what a killed reset left half empty", async () => {
  world.kube.add(started(), pod({ name: "web", namespace }));
  world.kube.behaviour.onRemove = ({ kind }) => {
    if (kind === "Pod") throw new Error("killed");
  };
  await expect(emptyNamespace(run, world.kube, step)).rejects.toThrow("killed");
  world.kube.behaviour = {};
  await ensureNamespace(run, world.kube, step);
  expect(removesNamespace()).toBe(true);
  expect(await hasNamespace(world.kube, namespace)).toBe(true);
});
