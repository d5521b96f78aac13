import { afterEach, beforeEach, expect, it } from "vitest";
import { runSteps } from "../../../src/steps/run.ts";
import type { Step } from "../../../src/steps/step.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

let world: FakeWorld;
let progress: RecordingProgress;

beforeEach(async () => {
  world = await FakeWorld.create();
  progress = new RecordingProgress();
});

afterEach(() => world[Symbol.asyncDispose]());

function step(title: string, done: boolean, ensure: Step["ensure"] = async () => undefined): Step {
  return { title, isDone: async () => done, ensure };
}

const run = (...steps: readonly Step[]) => runSteps(steps, fakeStepContext(world), progress);

it("runs what is not done, in its order, and nothing else", async () => {
  const { ran } = await run(step("engine", true), step("cluster", false), step("canary", false));
  expect(ran).toEqual(["cluster", "canary"]);
  expect(progress.said).toEqual(["+ cluster", "= cluster", "+ canary", "= canary"]);
});

it("says and writes nothing where all is done", async () => {
  expect(await run(step("engine", true), step("cluster", true))).toEqual({ ran: [] });
  expect([progress.said, world.kube.writes, world.platform.asked]).toEqual([[], [], []]);
});

it("looks at a step only when those before it have run", async () => {
  let isUp = false;
  const engine = step("engine", false, async () => void (isUp = true));
  const seen: boolean[] = [];
  const cluster: Step = { ...step("cluster", true), isDone: async () => seen.push(isUp) > 0 };
  await run(engine, cluster);
  expect(seen).toEqual([true]);
});

it("takes a look that fails for work to do", async () => {
  const down: Step = {
    ...step("cluster", true),
    isDone: () => Promise.reject(new Error("no API server")),
  };
  expect((await run(down)).ran).toEqual(["cluster"]);
});

it("goes no further after a step that failed", async () => {
  const broken = step("cluster", false, () => Promise.reject(new Error("kind failed")));
  await expect(run(broken, step("canary", false))).rejects.toThrow("kind failed");
  expect(progress.said).toEqual(["+ cluster", "! cluster"]);
});

it("begins no step once it was interrupted", async () => {
  const first = step("engine", false, async () => world.stop.abort(new Error("ended by SIGINT")));
  await expect(run(first, step("cluster", false))).rejects.toThrow("ended by SIGINT");
  expect(progress.said).toEqual(["+ engine", "= engine"]);
});
