import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectRef } from "../../../src/kube/kube.ts";
import type { KubeObject, ObjectMeta } from "../../../src/kube/objects.ts";
import { sweepNamespace } from "../../../src/lifecycle/sweep-namespace.ts";
import { afterAWhile } from "../../support/after-a-while.ts";
import { ownedBy, pod } from "../../support/cluster-objects.ts";
import type { FakeKube } from "../../support/fake-kube.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { labRun } from "../../support/lab-run.ts";

const namespace = "lab-demo";
const step = { detail: () => undefined, title: () => undefined };
let world: FakeWorld;
let made = 0;

beforeEach(async () => {
  world = await FakeWorld.create();
  world.kube.behaviour.onRemove = makeProvidedAnew;
});
afterEach(() => world[Symbol.asyncDispose]());

/** An object of the lab's namespace, with a UID of its own. */
function object(
  kind: string,
  name: string,
  metadata: Partial<ObjectMeta> = {},
  apiVersion = "v1",
): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace, uid: `uid-${made++}`, ...metadata } };
}

const account = (metadata: Partial<ObjectMeta> = {}) => object("ServiceAccount", "default", metadata);
const authority = () => object("ConfigMap", "kube-root-ca.crt");

/** As the controllers of Kubernetes do. */
function makeProvidedAnew({ kind, name }: ObjectRef, kube: FakeKube): void {
  if (kind === "ServiceAccount" && name === "default") kube.add(account());
  if (kind === "ConfigMap" && name === "kube-root-ca.crt") kube.add(authority());
}

const sweep = () => sweepNamespace(labRun(world), world.kube, step);
const left = () =>
  [...world.kube.objects.values()].filter(({ metadata }) => metadata.namespace === namespace);
const removals = () => world.kube.writes.map((line) => line.replace(`${namespace}/`, ""));

describe("sweepNamespace", () => {
  it("removes every object of every kind, custom ones included, and nothing elsewhere", async () => {
    const elsewhere = [
      object("ConfigMap", "answer", { namespace: "lab-other" }),
      object("Node", "worker", { namespace: undefined }),
    ];
    world.kube.add(
      object("ConfigMap", "answer"),
      object("ResourceQuota", "small"),
      object("PersistentVolumeClaim", "data"),
      object("DaskCluster", "dask", {}, "gateway.dask.org/v1alpha1"),
      ...elsewhere,
    );
    expect(await sweep()).toEqual([]);
    expect([...world.kube.objects.values()]).toEqual(elsewhere);
  });

  it("has Kubernetes make anew what is in every namespace, without what somebody put on it", async () => {
    world.kube.add(account({ annotations: { "example.com/role": "admin" } }), authority());
    const before = left();
    expect(await sweep()).toEqual([]);
    expect(left().map(({ kind }) => kind)).toEqual(["ConfigMap", "ServiceAccount"]);
    for (const old of before) expect(left()).not.toContain(old);
    for (const { metadata } of left()) expect(metadata.annotations).toBeUndefined();
  });

  it("waits until the ServiceAccount of pods is there again", async () => {
    world.kube.behaviour = {};
    world.kube.add(account());
    const start = world.clock.now();
    afterAWhile(world.clock, 3000, () => world.kube.add(account()));
    expect(await sweep()).toEqual([]);
    expect(world.clock.now() - start).toBe(3000);
    expect(left()).toHaveLength(1);
  });

  it("takes it for trouble when that does not come back", async () => {
    world.kube.behaviour = {};
    world.kube.add(account());
    expect(await sweep()).toEqual(["ServiceAccount/default"]);
  });

  it("waits for finalizers, and removes nothing twice that is going", async () => {
    const claim = object("PersistentVolumeClaim", "data", { deletionTimestamp: "2026-01-01T00:00:00Z" });
    world.kube.add(claim, object("Secret", "token"));
    afterAWhile(world.clock, 3000, () => world.kube.forget({ ...claim.metadata, kind: claim.kind }));
    expect(await sweep()).toEqual([]);
    expect(left()).toEqual([]);
    expect(removals()).toEqual(["remove Secret token", "remove all Event "]);
  });

  it("leaves what belongs to others to Kubernetes, and removes by name what stays behind", async () => {
    const gadget = object("Gadget", "one", {}, "example.com/v1");
    world.kube.add(
      object("Service", "web"),
      object("Endpoints", "web"),
      gadget,
      object("ConfigMap", "of-gadget", { ownerReferences: [ownedBy(gadget)] }),
    );
    world.kube.behaviour.onRemove = ({ kind, name }, kube) => {
      if (kind === "Service") kube.forget({ kind: "Endpoints", namespace, name });
    };
    expect(await sweep()).toEqual([]);
    expect(left()).toEqual([]);
    expect(removals()).toEqual([
      "remove Service web",
      "remove Gadget one",
      "remove ConfigMap of-gadget",
      "remove all Event ",
    ]);
  });

  it("removes objects that say they belong to each other", async () => {
    const [a, b] = [object("ConfigMap", "a"), object("ConfigMap", "b")];
    const owned = (one: KubeObject, by: KubeObject): KubeObject => {
      return { ...one, metadata: { ...one.metadata, ownerReferences: [ownedBy(by)] } };
    };
    world.kube.add(owned(a, b), owned(b, a));
    expect(await sweep()).toEqual([]);
    expect(left()).toEqual([]);
  });

  it("ends at once a pod that was made in the meantime", async () => {
    const graces: unknown[] = [];
    const remove = world.kube.remove.bind(world.kube);
    world.kube.remove = (ref, ...options: readonly unknown[]) => {
      if (ref.kind === "Pod") graces.push(...options);
      return remove(ref);
    };
    world.kube.add(object("ReplicationController", "old"));
    world.kube.behaviour.onRemove = ({ kind }, kube) => {
      if (kind === "ReplicationController") kube.add(pod({ name: "late", namespace }));
    };
    expect(await sweep()).toEqual([]);
    expect(left()).toEqual([]);
    expect(graces).toEqual([{ graceSeconds: 0 }]);
  });

  it("names what does not go within a minute", async () => {
    const held = object("Gadget", "held", {}, "example.com/v1");
    world.kube.add(held, object("Secret", "token"));
    world.kube.behaviour.onRemove = ({ kind }, kube) => {
      if (kind === "Gadget") kube.add(held);
    };
    const start = world.clock.now();
    expect(await sweep()).toEqual(["Gadget/held"]);
    expect(world.clock.now() - start).toBe(60_000);
  });

  it("gives up soon what somebody else makes again and again", async () => {
    world.kube.add(object("ConfigMap", "mesh"));
    world.kube.behaviour.onRemove = ({ kind, name }, kube) => {
      if (kind === "ConfigMap") kube.add(object(kind, name));
    };
    const start = world.clock.now();
    expect(await sweep()).toEqual(["ConfigMap/mesh"]);
    expect(world.clock.now()).toBe(start);
  });

  it("deletes events together and last, and does not wait for those of pods that end later", async () => {
    world.kube.add(object("Secret", "token"), object("Event", "web.1"), object("Event", "web.2"));
    expect(await sweep()).toEqual([]);
    expect(left()).toEqual([]);
    expect(removals()).toEqual(["remove Secret token", "remove all Event "]);
  });
});
