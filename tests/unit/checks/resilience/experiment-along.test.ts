import { describe, expect, it } from "vitest";
import { experiment } from "../../../../src/checks/resilience/experiment-spec.ts";
import {
  deletion,
  fails,
  finding,
  finds,
  leftPods,
  passes,
  program,
  rollout,
  setUpExperiment,
} from "../../../support/lab-experiment.ts";
import type { FakeProgram } from "../../../support/lab-programs.ts";
import { podsIn } from "../../../support/rolling-cluster.ts";

/** Says ready, hears what was done, and tells it as a value. */
const goesAlong: FakeProgram = async function* (_task, hear) {
  yield { value: { cast: 12 } };
  yield { ready: true };
  const heard = JSON.parse((await hear()) ?? "{}") as object;
  yield { value: heard };
  yield { done: true };
  return 0;
};

describe("a program that goes along", () => {
  const along = (more: object = {}) => ({ while: { program: program("along") }, do: [deletion], ...more });

  it("says when, hears what was done, and gives its values to those after it", async () => {
    const { observe, told, expectAsBefore } = setUpExperiment({
      programs: { along: goesAlong, after: passes },
    });
    const steps = [deletion, rollout];
    const then = [{ kind: "program", ...program("after") }];
    expect(await observe(along({ do: steps, then }))).toEqual([]);
    const done = {
      deleted: [expect.stringMatching(/^web-/)],
      rolled: [
        { deployment: "web", to: "v1" },
        { deployment: "web", to: "v2" },
      ],
      complete: true,
    };
    expect(told[1]?.task.before).toEqual({ cast: 12, over: done, done });
    await expectAsBefore();
  });

  it("is not disturbed before it is ready", async () => {
    let isReady = false;
    const played: FakeProgram = async function* (_task, hear) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      isReady = true;
      yield { ready: true };
      await hear();
      yield { done: true };
      return 0;
    };
    const { observe, kube } = setUpExperiment({ programs: { along: played } });
    kube.behaviour.onWrite = (write) => {
      if (write.startsWith("remove Pod lab-test/")) expect(isReady).toBe(true);
    };
    expect(await observe(along())).toEqual([]);
    expect(isReady).toBe(true);
  });

  it("names whom to delete", async () => {
    const { kube, observe, told } = setUpExperiment({
      replicas: 3,
      programs: {
        along: async function* (_task, hear) {
          yield { value: { victim: victim() } };
          yield { ready: true };
          await hear();
          yield { done: true };
          return 0;
        },
        after: passes,
      },
    });
    const names = () => podsIn(kube).map(({ metadata }) => metadata.name);
    const last = names().at(-1) ?? "";
    const victim = () => last;
    const do_ = [{ delete: { pods: { named: "victim" }, graceSeconds: 0 } }];
    const then = [{ kind: "program", ...program("after") }];
    expect(await observe(along({ do: do_, then }))).toEqual([]);
    expect(told[1]?.task.before["done"]).toMatchObject({ deleted: [last] });
    expect(names()).not.toContain(last);
  });

  it("makes it errored where it did not say whom, and ends", async () => {
    const { observe, expectAsBefore, isDisturbed } = setUpExperiment({ programs: { along: goesAlong } });
    const steps = [{ delete: { pods: { named: "victim" } } }];
    await expect(observe(along({ do: steps }))).rejects.toThrow("told no value victim that names pods");
    expect(isDisturbed()).toBe(false);
    await expectAsBefore();
  });

  it.each([
    ["finds something", finds],
    [
      "finds something, and says ready afterwards no more",
      async function* () {
        yield { value: { cast: 3 } };
        yield { finding };
        yield { done: true };
        return 0;
      } satisfies FakeProgram,
    ],
  ])("fails it, with nothing disturbed, where it %s before it is ready", async (_, played) => {
    const { observe, isDisturbed, expectAsBefore } = setUpExperiment({ programs: { along: played } });
    expect(await observe(along())).toEqual([finding]);
    expect(isDisturbed()).toBe(false);
    await expectAsBefore();
  });

  it.each([
    ["ends well without saying ready", passes, "ended without saying that it was ready"],
    ["falls before it is ready", fails, "ended with exit code 1: KeyError"],
  ])("makes it errored, with nothing disturbed, where it %s", async (_, played, message) => {
    const { observe, isDisturbed, expectAsBefore } = setUpExperiment({ programs: { along: played } });
    await expect(observe(along())).rejects.toThrow(message);
    expect(isDisturbed()).toBe(false);
    await expectAsBefore();
  });

  it("is not begun where a fact is not there", async () => {
    const { observe, kube } = setUpExperiment({ programs: { along: goesAlong } });
    const facts = { queue: { service: "queue" } };
    const found = await observe(along({ while: { program: { ...program("along"), facts } } }));
    expect(found).toMatchObject([{ object: "Service/queue", actual: "not found" }]);
    expect(kube.writes).toEqual([]);
  });

  it("makes it errored where it falls after it was ready; what was disturbed is back", async () => {
    const played: FakeProgram = async function* (_task, hear) {
      yield { ready: true };
      await hear();
      return { exitCode: 137, stderr: "" };
    };
    const { observe, isDisturbed, expectAsBefore } = setUpExperiment({ programs: { along: played } });
    await expect(observe(along({ do: [rollout] }))).rejects.toThrow(
      "was killed, as one is that takes more memory",
    );
    expect(isDisturbed()).toBe(true);
    await expectAsBefore();
  });

  it("tells what it finds in the end, and nothing is looked at then", async () => {
    const played: FakeProgram = async function* (_task, hear) {
      yield { ready: true };
      await hear();
      yield { finding };
      yield { done: true };
      return 0;
    };
    const { observe, told, expectAsBefore } = setUpExperiment({ programs: { along: played, after: passes } });
    const then = [{ kind: "program", ...program("after") }];
    expect(await observe(along({ then }))).toEqual([finding]);
    expect(told).toHaveLength(1);
    await expectAsBefore();
  });

  it("hears that a rollout got stuck, whose finding is told with its own", async () => {
    const heard: unknown[] = [];
    const played: FakeProgram = async function* (_task, hear) {
      yield { ready: true };
      heard.push(JSON.parse((await hear()) ?? ""));
      yield { finding };
      yield { done: true };
      return 0;
    };
    const { observe, kube, expectAsBefore } = setUpExperiment({ programs: { along: played } });
    const { onPatch } = kube.behaviour;
    kube.behaviour.onPatch = (object, fake) => {
      onPatch?.(object, fake);
      // Its new pods do not become Ready.
      if (!JSON.stringify(object.spec).includes('"v1"')) return;
      for (const each of podsIn(fake)) fake.add({ ...each, status: { ...each.status, conditions: [] } });
    };
    const found = await observe(along({ do: [rollout, deletion] }));
    expect(found.map(({ reason }) => reason)).toEqual(["rollout-stuck", "wrong-answer"]);
    expect(heard).toEqual([
      { over: { deleted: [], rolled: [{ deployment: "web", to: "v1" }], complete: false } },
    ]);
    await expectAsBefore();
  });

  it("ends where the cluster stops answering in the middle", async () => {
    const { observe, kube } = setUpExperiment({ programs: { along: goesAlong } });
    kube.behaviour.onWrite = (write) => {
      if (write.startsWith("patch Deployment")) queueMicrotask(() => (kube.down = true));
    };
    await expect(observe(along({ do: [rollout] }))).rejects.toThrow();
  });

  it("ends where it is interrupted in the middle", async () => {
    const stop = new AbortController();
    const { kube, context } = setUpExperiment({ programs: { along: goesAlong } });
    kube.behaviour.onWrite = (write) => {
      if (write.startsWith("patch Deployment")) stop.abort(new Error("ended by SIGINT"));
    };
    const spec = experiment.spec.parse({ kind: "experiment", ...along({ do: [rollout] }) });
    const interrupted = { ...context, signal: stop.signal };
    await expect(experiment.observe(spec, interrupted)).rejects.toThrow("ended by SIGINT");
    expect(leftPods(kube)).toEqual([]);
  });
});
