import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { recover } from "../../../src/lifecycle/recover.ts";
import { loadPodObject } from "../../../src/probe/load-pod.ts";
import { ownLabels, removeOwnObjects } from "../../../src/probe/own-objects.ts";
import { readJournal, writeEntry } from "../../../src/disturb/journal.ts";
import { leftoversStep } from "../../../src/steps/leftovers-step.ts";
import { node, pod } from "../../support/cluster-objects.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeProbe } from "../../support/fake-probe.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

const load = (namespace: string) =>
  loadPodObject(
    { url: "http://10.96.0.10/", namespace, perSecond: 5 },
    { image: "localhost:5001/load:1", word: "w0" },
  );
const worker = {
  ...node("worker-1", "172.18.0.3"),
  status: { conditions: [{ type: "Ready", status: "True" }] as const },
};

async function setUp({ running = true, mark = "", upForMs = 0 } = {}) {
  const kube = new FakeKube([worker]);
  const clock = new FakeClock();
  const startedAt = clock.now() - upForMs;
  const until = new Date(clock.now() + 60_000).toISOString();
  const taken = { node: "worker-1", until };
  if (mark !== "") await writeEntry(kube, { namespace: mark, kind: "stop-node", at: 0, id: "1", taken });
  const notes: string[] = [];
  const started: string[] = [];
  const cluster = {
    observe: async () => ({
      state: "stopped",
      nodes: [{ name: "worker-1", role: "worker", running: running || started.length > 0 }],
    }),
    startNode: async (name: string) => {
      started.push(name);
      return startedAt;
    },
  } as unknown as Cluster;
  const probe = new FakeProbe();
  const options = {
    kube,
    clock,
    probe,
    cluster,
    namespace: "lab-test",
    note: (text: string) => notes.push(text),
  };
  return { kube, clock, notes, started, options };
}

describe("recover", () => {
  it("does nothing where nothing was left", async () => {
    const { kube, notes, started, options } = await setUp();
    await recover(options);
    expect([kube.writes, notes, started]).toEqual([[], [], []]);
  });

  it("starts a node that this lab's own killed check had stopped, and says so", async () => {
    const { kube, notes, started, options } = await setUp({ running: false, mark: "lab-test" });
    await recover(options);
    expect(started).toEqual(["worker-1"]);
    expect(notes).toEqual(["An experiment was interrupted: putting back node worker-1, which was stopped"]);
    expect(await readJournal(kube)).toEqual([]);
  });

  it("does not wait for pods to start anew on a node that runs again since its check was interrupted", async () => {
    const { kube, clock, options } = await setUp({ mark: "lab-test", upForMs: 30_000 });
    const web = pod({ name: "web", node: "worker-1" });
    const running = { startedAt: new Date(clock.now() - 20_000).toISOString() };
    kube.add({ ...web, status: { ...web.status, containerStatuses: [{ name: "web", state: { running } }] } });
    const before = clock.now();
    await recover(options);
    expect(clock.now() - before).toBeLessThan(1000);
    expect(await readJournal(kube)).toEqual([]);
  });

  it("leaves a node alone that another lab's experiment has stopped, until its time is over", async () => {
    const { clock, started, options } = await setUp({ running: false, mark: "lab-other" });
    await recover(options);
    expect(started).toEqual([]);
    await clock.sleep(61_000);
    await recover(options);
    expect(started).toEqual(["worker-1"]);
  });

  it("removes the load of this lab, and on a foreign cluster looks at no node", async () => {
    const { kube, notes, options } = await setUp();
    kube.add(load("lab-test"), load("lab-other"));
    await recover({ ...options, cluster: undefined });
    expect(kube.writes).toEqual(["remove Pod labctl-system/labctl-load-lab-test-w0"]);
    expect(notes).toEqual(["Removed what an interrupted check had made for a look of its own"]);
  });
});

describe("what a check made for a look of its own", () => {
  const look = (name: string, lab: string) =>
    pod({ name, namespace: "labctl-system", labels: ownLabels(lab) });

  it("is removed where it is of this lab, and with an up where it is of any", async () => {
    const { kube, notes, options } = await setUp();
    kube.add(look("mine", "lab-test"), look("other", "lab-other"), pod({ name: "web" }));
    await recover({ ...options, cluster: undefined });
    expect(kube.writes).toEqual(["remove Pod labctl-system/mine"]);
    expect(notes).toEqual(["Removed what an interrupted check had made for a look of its own"]);
    expect(await removeOwnObjects(kube)).toBe(1);
    expect(kube.writes.at(-1)).toBe("remove Pod labctl-system/other");
  });
});

describe("leftovers-step", () => {
  it("is done where nothing was left, and removes every load and puts back what stands in the journal", async () => {
    await using world = await FakeWorld.create();
    const { kube } = world;
    const context = fakeStepContext(world);
    expect(await leftoversStep.isDone(context)).toBe(true);
    kube.add(load("lab-test"), load("lab-other"));
    const taken = { deployments: [], pods: [] };
    await writeEntry(kube, { namespace: "lab-test", kind: "delete-pods", at: 0, id: "1", taken });
    expect(await leftoversStep.isDone(context)).toBe(false);
    await leftoversStep.ensure(context, { detail: () => undefined, title: () => undefined });
    expect(await leftoversStep.isDone(context)).toBe(true);
  });

  it("leaves alone what a labctl that is at work does, and not what one that was killed a moment ago did", async () => {
    await using world = await FakeWorld.create();
    const { kube } = world;
    kube.add(load("lab-test"), load("lab-other"));
    let looks = 0;
    const isBusy = async (subject: string): Promise<boolean> => subject === "lab-other" || ++looks < 4;
    const context = fakeStepContext(world);
    const busy = { ...context, deps: { ...context.deps, isBusy } };
    await leftoversStep.ensure(busy, { detail: () => undefined, title: () => undefined });
    expect(kube.writes).toEqual(["remove Pod labctl-system/labctl-load-lab-test-w0"]);
  });
});
