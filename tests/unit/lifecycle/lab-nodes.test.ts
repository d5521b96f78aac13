import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import type { Node } from "../../../src/kube/objects.ts";
import { prepareNodes, restoreForsakenNodes, restoreNodes } from "../../../src/lifecycle/lab-nodes.ts";
import type { LabRun } from "../../../src/lifecycle/lab-run.ts";
import type { Lab } from "../../../src/lab/schema.ts";
import { node as bareNode } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

const lab: Lab = {
  apiVersion: "labctl.dev/v1",
  kind: "Lab",
  id: "demo",
  title: "A lab",
  asks: ["place"],
  source: [],
  after: [],
  needs: { images: [], charts: [], addons: [], tools: [] },
  start: {
    ready: [],
    nodes: [
      { labels: { disk: "ssd" }, taints: [] },
      {
        labels: { dedicated: "training" },
        taints: [{ key: "dedicated", value: "training", effect: "NoSchedule" }],
      },
    ],
  },
  reset: { containers: [], images: [] },
  exercises: [],
  folder: "/nowhere",
};

function node(name: string, parts: Partial<Node["metadata"]> = {}, taints?: readonly object[]): Node {
  const bare = bareNode(name, "10.0.0.1");
  const metadata = { ...bare.metadata, resourceVersion: "1", ...parts };
  return { ...bare, metadata, ...(taints ? { spec: { taints } } : {}) } as Node;
}

const cordoned = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const before = [
  node("a-control-plane", { labels: { "node-role.kubernetes.io/control-plane": "" } }),
  node("worker", { labels: { zone: "a" } }),
  node("worker2", { labels: { zone: "b" } }, [cordoned]),
];

let world: FakeWorld;
let run: LabRun;

beforeEach(async () => {
  world = await FakeWorld.create();
  world.kube.add(...before);
  run = { lab, namespace: "lab-demo", context: fakeStepContext(world) };
});
afterEach(() => world[Symbol.asyncDispose]());

const read = async (name: string): Promise<Node> => {
  const found = (await world.kube.read({ kind: "Node", name })) as Node | undefined;
  if (!found) throw new Error(`no node ${name}`);
  return found;
};
const labelsOf = async (name: string) => (await read(name)).metadata.labels;
const taintsOf = async (name: string) => (await read(name)).spec?.taints ?? [];
const training = { key: "dedicated", value: "training", effect: "NoSchedule" };

describe("nodes of a lab", () => {
  it("gives the workers, by name, what the lab says, and leaves what else they have", async () => {
    await prepareNodes(run, world.kube);
    expect(await labelsOf("worker")).toEqual({ zone: "a", disk: "ssd" });
    expect(await labelsOf("worker2")).toEqual({ zone: "b", dedicated: "training" });
    expect(await taintsOf("worker2")).toEqual([cordoned, training]);
    expect(await labelsOf("a-control-plane")).toEqual(before[0]?.metadata.labels);
  });

  it("takes away exactly that, also after the student removed or changed it, or start ran twice", async () => {
    await prepareNodes(run, world.kube);
    await prepareNodes(run, world.kube);
    const changed = { labels: { disk: "hdd" } };
    await world.kube.patch({ kind: "Node", name: "worker" }, { metadata: changed });
    await world.kube.patch({ kind: "Node", name: "worker2" }, { spec: { taints: [cordoned] } });
    await restoreNodes(run, world.kube);
    expect(await labelsOf("worker")).toEqual({ zone: "a" });
    expect((await read("worker")).metadata.annotations).toEqual({});
    expect(await labelsOf("worker2")).toEqual({ zone: "b" });
    expect(await taintsOf("worker2")).toEqual([cordoned]);
  });

  it("puts back a label and a taint that it replaced", async () => {
    const older = { ...training, value: "finance" };
    world.kube.add(node("worker2", { labels: { dedicated: "finance" } }, [older]));
    await prepareNodes(run, world.kube);
    expect(await taintsOf("worker2")).toEqual([training]);
    await restoreNodes(run, world.kube);
    expect(await labelsOf("worker2")).toEqual({ dedicated: "finance" });
    expect(await taintsOf("worker2")).toEqual([older]);
  });

  it("takes up a start that was cut off after the first node", async () => {
    const [first] = lab.start.nodes;
    await prepareNodes(
      { ...run, lab: { ...lab, start: { ready: [], nodes: first ? [first] : [] } } },
      world.kube,
    );
    await restoreNodes(run, world.kube);
    expect(await labelsOf("worker")).toEqual({ zone: "a" });
    expect(await labelsOf("worker2")).toEqual({ zone: "b" });
  });

  it("writes again when somebody else wrote in between, and not when it was refused", async () => {
    const patch = world.kube.patch.bind(world.kube);
    const conflict = new EnvironmentError({ message: "the object has been modified", hint: "again" });
    let refusals = 1;
    world.kube.patch = (ref, body) => {
      if (refusals-- <= 0) return patch(ref, body);
      world.kube.add(node("worker", { labels: { zone: "a", fresh: "yes" }, resourceVersion: "2" }));
      return Promise.reject(conflict);
    };
    await prepareNodes(run, world.kube);
    expect(await labelsOf("worker")).toEqual({ zone: "a", fresh: "yes", disk: "ssd" });
    world.kube.patch = () => Promise.reject(conflict);
    await expect(restoreNodes(run, world.kube)).rejects.toBe(conflict);
  });

  it("leaves the last of several labs to take it back, and does not count one that is gone", async () => {
    const namespaceOf = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const other = { ...run, namespace: "lab-other" };
    const gone = { ...run, namespace: "lab-gone" };
    world.kube.add(namespaceOf("lab-demo"), namespaceOf("lab-other"));
    for (const each of [gone, run, other]) await prepareNodes(each, world.kube);
    await restoreNodes(run, world.kube);
    expect(await labelsOf("worker")).toEqual({ zone: "a", disk: "ssd" });
    await restoreNodes(other, world.kube);
    expect(await labelsOf("worker")).toEqual({ zone: "a" });
    expect(await taintsOf("worker2")).toEqual([cordoned]);
  });

  it("says how many workers it needs", async () => {
    world.kube.forget({ kind: "Node", name: "worker2" });
    await expect(prepareNodes(run, world.kube)).rejects.toMatchObject({
      message: "Lab demo needs 2 worker nodes.",
      lastSeen: "workers: worker",
    });
  });
});

describe("restoreForsakenNodes", () => {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "lab-demo" } };

  it("takes back what a lab wanted whose namespace was deleted by hand", async () => {
    world.kube.add(namespace);
    await prepareNodes(run, world.kube);
    expect(await restoreForsakenNodes(world.kube)).toEqual([]);
    expect((await read("worker")).metadata.labels).toMatchObject({ disk: "ssd" });
    world.kube.forget({ kind: "Namespace", name: "lab-demo" });
    expect(await restoreForsakenNodes(world.kube)).toEqual(["worker", "worker2"]);
    expect((await read("worker2")).spec?.taints).toEqual([cordoned]);
    expect((await read("worker")).metadata.labels).toEqual({ zone: "a" });
    expect(await restoreForsakenNodes(world.kube)).toEqual([]);
    world.kube.add(node("worker3", { annotations: { "labctl.dev/lab-nodes": "{" } }));
    expect(await restoreForsakenNodes(world.kube)).toEqual([]);
  });
});
