import { describe, expect, it } from "vitest";
import { disturbances } from "../../../src/disturb/index.ts";
import type { DisturbanceContext, Disturbed } from "../../../src/disturb/disturbance.ts";
import { readJournal } from "../../../src/disturb/journal.ts";
import { putBack } from "../../../src/disturb/put-back.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import type { KubeObject, Workload } from "../../../src/kube/objects.ts";
import { ownedBy, pod } from "../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { rollingCluster, standing, template, type RollingOptions } from "../../support/rolling-cluster.ts";

const image = "localhost:5001/web:2";
const older = "localhost:5001/web:1";
const present = template(image, { MODE: "fast" });

interface Tried {
  readonly name: string;
  readonly options?: RollingOptions;
  readonly run: (context: DisturbanceContext) => Promise<Disturbed>;
}

const history = { history: [template(older, { MODE: "fast" })], template: present };
const tried: readonly Tried[] = [
  {
    name: "restart",
    options: history,
    run: (context) => disturbances.restart.run({ deployment: "web" }, context),
  },
  {
    name: "roll of an image that is in the history",
    options: history,
    run: (context) =>
      disturbances.roll.run({ deployment: "web", image: { from: older, to: image }, forMs: 0 }, context),
  },
  {
    name: "roll of an image with a full history",
    options: { ...history, fields: { revisionHistoryLimit: 1 } },
    run: (context) =>
      disturbances.roll.run({ deployment: "web", image: { from: "web:0", to: image }, forMs: 0 }, context),
  },
  {
    name: "roll of a variable",
    options: history,
    run: (context) =>
      disturbances.roll.run(
        { deployment: "web", env: { name: "MODE", from: "slow", to: "fast" }, forMs: 0 },
        context,
      ),
  },
  {
    name: "delete",
    options: history,
    run: (context) => disturbances.delete.run({ pods: { deployment: "web", count: 1 } }, context),
  },
];

/** What the next check does first. */
async function nextCheck(kube: FakeKube): Promise<string[]> {
  const { probe, wait, clock, namespace, nodes } = fakeCheckContext({ kube });
  const notes: string[] = [];
  await putBack({ kube, probe, wait, clock, namespace, nodes, note: (text) => notes.push(text) });
  return notes;
}

/** How many writes a run makes that nobody interrupts. */
async function countWrites({ options, run }: Tried): Promise<number> {
  const kube = rollingCluster(options);
  await run(fakeCheckContext({ kube }));
  return kube.writes.length;
}

describe.each(tried)("$name", (each) => {
  it("leaves objects, history and journal as they were", async () => {
    const kube = rollingCluster(each.options);
    const before = standing(kube);
    const context = fakeCheckContext({ kube });
    expect((await each.run(context)).findings).toEqual([]);
    expect(standing(kube)).toEqual(before);
    expect(await readJournal(kube)).toEqual([]);
    expect(kube.writes[0]).toMatch(/^apply ConfigMap labctl-system\/undo-lab-test-/);
    expect(kube.writes.length).toBeGreaterThan(2);
    expect(context.cleanUps.isPending()).toBe(false);
  });

  it("is put back by the next check after an outage at any of its writes", async () => {
    const count = await countWrites(each);
    for (let at = 0; at < count; at++) {
      const kube = rollingCluster(each.options);
      const before = standing(kube);
      kube.behaviour.onWrite = (_write, fake) => {
        if (fake.writes.length === at) fake.down = true;
        if (fake.down) throw new EnvironmentError({ message: "It is down.", hint: "labctl up" });
      };
      await expect(each.run(fakeCheckContext({ kube }))).rejects.toThrow();
      kube.down = false;
      delete kube.behaviour.onWrite;
      await nextCheck(kube);
      expect(standing(kube), `outage at write ${at}`).toEqual(before);
      expect(await readJournal(kube)).toEqual([]);
    }
  });

  it("is put back by the next check after a kill at any of its writes", async () => {
    const count = await countWrites(each);
    for (let at = 1; at < count; at++) {
      const kube = rollingCluster(each.options);
      const before = standing(kube);
      kube.behaviour.onWrite = (_write, fake) => {
        if (fake.writes.length === at - 1) queueMicrotask(() => (fake.dead = true));
      };
      const isOver = new Promise((resolve) => setTimeout(resolve, 5));
      await Promise.race([each.run(fakeCheckContext({ kube })), isOver]);
      await isOver;
      kube.dead = false;
      delete kube.behaviour.onWrite;
      const left = await readJournal(kube);
      const notes = await nextCheck(kube);
      expect(standing(kube), `kill at write ${at}`).toEqual(before);
      expect(notes).toHaveLength(left.length);
      expect(await readJournal(kube)).toEqual([]);
    }
  });

  it("is put back by its own end when it is interrupted in the middle", async () => {
    const kube = rollingCluster(each.options);
    const before = standing(kube);
    const stop = new AbortController();
    const context = fakeCheckContext({ kube, signal: stop.signal });
    kube.behaviour.onWrite = (write) => {
      if (!write.includes("ConfigMap")) stop.abort(new Error("ended by SIGINT"));
    };
    await expect(each.run(context)).rejects.toThrow("ended by SIGINT");
    expect(standing(kube)).toEqual(before);
    await nextCheck(kube);
    expect(await readJournal(kube)).toEqual([]);
  });
});

describe("what the student has changed meanwhile", () => {
  const kill = async (kube: FakeKube, run: Tried["run"]): Promise<void> => {
    kube.behaviour.onWrite = (write) => {
      if (write.startsWith("patch")) queueMicrotask(() => (kube.down = true));
    };
    await expect(run(fakeCheckContext({ kube }))).rejects.toThrow();
    delete kube.behaviour.onWrite;
    kube.down = false;
  };
  const [, roll] = tried;
  const read = (kube: FakeKube) => kube.objects.get("Deployment lab-test/web") as Workload;

  it("is left alone: another image", async () => {
    const kube = rollingCluster(history);
    await kill(kube, roll?.run ?? (() => Promise.reject(new Error())));
    expect(read(kube).spec.template.spec.containers[0]?.image).toBe(older);
    await kube.patch(
      { kind: "Deployment", namespace: "lab-test", name: "web" },
      { spec: { replicas: 5, template: template("mine:1") } },
    );
    await nextCheck(kube);
    expect(read(kube).spec).toMatchObject({ replicas: 5, template: template("mine:1") });
    expect(await readJournal(kube)).toEqual([]);
  });

  it("is left alone: a Deployment of the same name that was made anew", async () => {
    const kube = rollingCluster(history);
    await kill(kube, roll?.run ?? (() => Promise.reject(new Error())));
    const anew = { ...read(kube), metadata: { ...read(kube).metadata, uid: "another" } };
    kube.add(anew);
    await nextCheck(kube);
    expect(read(kube)).toEqual(anew);
    expect(await readJournal(kube)).toEqual([]);
  });

  it("ends the experiment as errored where it is the field that is rolled", async () => {
    let rolls = 0;
    const onPatch = ({ kind, metadata }: KubeObject, fake: FakeKube): void => {
      if (kind === "Deployment" && ++rolls === 1)
        void fake.patch({ ...metadata, kind }, { spec: { template: template("mine:1") } });
    };
    const kube = rollingCluster({ ...history, behaviour: { onPatch } });
    await expect(roll?.run(fakeCheckContext({ kube }))).rejects.toThrow("Somebody changed Deployment web");
    expect(read(kube).spec.template.spec.containers[0]?.image).toBe("mine:1");
  });
});

describe("pods of a StatefulSet", () => {
  const set = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "lab-test", uid: "uid-db" },
    spec: { replicas: 1, template: template("localhost:5001/postgres:15") },
  } as unknown as Workload;
  const one = (name: string, parts: object = {}) => ({ ...pod({ name, owner: ownedBy(set) }), ...parts });
  const cluster = (next: KubeObject) => {
    const onRemove = ({ kind }: { readonly kind: string }, kube: FakeKube): void => {
      if (kind === "Pod") kube.add(next);
    };
    return new FakeKube([set, one("db-0")], { onRemove });
  };
  const named = { pods: { named: "database" } };
  const remove = (kube: FakeKube) =>
    disturbances.delete.run(named, fakeCheckContext({ kube }), { database: "db-0" });

  it("are waited for until there are as many Ready ones again", async () => {
    const kube = cluster(one("db-0", { metadata: { ...one("db-0").metadata, uid: "another" } }));
    expect(await remove(kube)).toEqual({ findings: [], deleted: ["db-0"] });
    expect(await readJournal(kube)).toEqual([]);
  });

  it("are a finding where there are not, with the pod's own trouble", async () => {
    const metadata = { ...one("db-0").metadata, uid: "another" };
    const unready = one("db-0", { metadata, status: { phase: "Pending" } });
    const { findings } = await remove(cluster(unready));
    expect(findings).toMatchObject([
      { object: "StatefulSet/db", reason: "not-replaced", actual: "0 Ready of 1" },
    ]);
  });

  it("are not found where no program has told which", async () => {
    const kube = cluster(one("db-0"));
    const told = disturbances.delete.run(named, fakeCheckContext({ kube }), { database: 42 });
    await expect(told).rejects.toThrow("told no value database that names pods");
    expect(kube.writes).toEqual([]);
  });
});

describe("an entry that cannot be read", () => {
  it("is dropped, and said", async () => {
    const kube = rollingCluster();
    kube.add({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "undo-x", namespace: "labctl-system", labels: { "labctl.dev/undo": "lab-test" } },
    });
    expect(await nextCheck(kube)).toEqual([
      "What an experiment noted to be put back cannot be read, and is dropped: ConfigMap undo-x",
    ]);
    expect(await readJournal(kube)).toEqual([]);
  });
});
