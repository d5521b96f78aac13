import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ContainerStatus, Pod } from "../../../src/kube/objects.ts";
import { podsBackStep } from "../../../src/steps/pods-back-step.ts";
import { afterAWhile } from "../../support/after-a-while.ts";
import { pod } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
/** Details that the step showed. */
let shown: string[];

beforeEach(async () => {
  world = await FakeWorld.create();
  shown = [];
  const nodes = [{ name: worker, role: "worker" as const, running: true, startedAt: new Date(nodeStarted) }];
  world.platform.clusterFacts = { state: "running", nodes };
});

afterEach(() => world[Symbol.asyncDispose]());

const worker = "labctl-worker";
/** The fake clock's beginning. */
const now = Date.UTC(2026, 0, 1);
const nodeStarted = now - 60_000;
const step = { detail: (text: string) => void shown.push(text), title: () => undefined };
const isDone = () => podsBackStep.isDone(fakeStepContext(world));
const ensure = () => podsBackStep.ensure(fakeStepContext(world), step);

interface Seen {
  /** Milliseconds from the start of its node to that of its container. */
  readonly started: number;
  readonly ready?: boolean;
  readonly restartCount?: number;
}

function web({ started, ready = true, restartCount = 1 }: Seen): Pod {
  const seen = pod({ name: "web", node: worker, ready });
  const startedAt = new Date(nodeStarted + started).toISOString();
  const statuses = seen.status?.containerStatuses?.map((status): ContainerStatus => ({
    ...status,
    restartCount,
    state: { running: { startedAt } },
  }));
  return { ...seen, status: { ...seen.status, containerStatuses: statuses ?? [] } };
}

describe("is done", () => {
  it("when every container was started after its node", async () => {
    world.kube.add(web({ started: 5000 }));
    expect(await isDone()).toBe(true);
  });

  it("not while a pod is Ready as it was before its node was started", async () => {
    world.kube.add(web({ started: -60_000, restartCount: 0 }));
    expect(await isDone()).toBe(false);
  });

  it("not while a container that was started again is not ready", async () => {
    world.kube.add(web({ started: 50_000, ready: false }));
    expect(await isDone()).toBe(false);
  });

  it("in spite of a pod that a student has just made and that is not ready", async () => {
    world.kube.add(web({ started: 50_000, ready: false, restartCount: 0 }));
    expect(await isDone()).toBe(true);
  });

  it("in spite of a pod that had its time to become ready", async () => {
    world.kube.add(web({ started: 5000, ready: false }));
    expect(await isDone()).toBe(true);
  });

  it("in spite of pods that have ended", async () => {
    const ended = web({ started: -60_000 });
    world.kube.add({ ...ended, status: { ...ended.status, phase: "Succeeded" } });
    expect(await isDone()).toBe(true);
  });
});

describe("ensure", () => {
  it("waits until the pods are heard of again, and names them", async () => {
    world.kube.add(web({ started: -60_000 }));
    afterAWhile(world.clock, 3000, () => void world.kube.add(web({ started: 5000 })));
    await ensure();
    expect(new Set(shown)).toEqual(new Set(["lab-test/web", ""]));
  });

  it("does not wait for ever for a pod that does not come back", async () => {
    world.kube.add(web({ started: -60_000 }));
    await ensure();
    expect(world.kube.writes).toEqual([]);
    expect(world.clock.now() - now).toBeLessThanOrEqual(60_000);
  });
});
