import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { changeLabState, readLabState, removeLabState, type LabState } from "../../../src/records/state.ts";
import { systemNamespace } from "../../../src/records/system-namespace.ts";
import type { CheckReport } from "../../../src/report/result.ts";
import { useDemoLab } from "../../support/demo-lab.ts";
import { FakeWorld } from "../../support/fake-world.ts";

const ref = { kind: "ConfigMap", name: "lab-demo", namespace: systemNamespace } as const;
const stateWrite = `patch ConfigMap ${systemNamespace}/lab-demo`;

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  await useDemoLab(world);
  await world.run("start", "demo");
});
afterEach(() => world[Symbol.asyncDispose]());

const byHand = (text: string) => world.kube.patch(ref, { data: { "state.json": text } });

const checked = async (...argv: readonly string[]) => {
  const { exitCode, stdout } = await world.run("check", "demo", "-o", "json", ...argv);
  return { exitCode, report: JSON.parse(stdout) as CheckReport };
};

/** Somebody else works on the lab while its exercise is looked at. */
function meanwhile(work: () => Promise<unknown>): void {
  const read = world.kube.read.bind(world.kube);
  world.kube.read = async (wanted) => {
    if (wanted.name === "answer") await work();
    return read(wanted);
  };
}

describe("what is kept while a check is at work", () => {
  test("answers and hints of another labctl are not written over", async () => {
    meanwhile(() =>
      changeLabState(world.kube, "lab-demo", (state) => ({ ...state, hints: { answer: [1] } })),
    );
    const { exitCode, report } = await checked();
    expect({ exitCode, notice: report.notice }).toEqual({ exitCode: 1, notice: undefined });
    expect(await readLabState(world.kube, "lab-demo")).toMatchObject({
      hints: { answer: [1] },
      lastScore: { score: 0, maxScore: 2 },
    });
  });

  test.each(["seed", "startedAt"])(
    "a lab that was started anew meanwhile (%s) gets none of the score",
    async (field) => {
      meanwhile(() => changeLabState(world.kube, "lab-demo", (state) => ({ ...state, [field]: "another" })));
      const { report } = await checked();
      expect(report.notice).toContain("Lab demo was started anew meanwhile: check it again.");
      expect((await readLabState(world.kube, "lab-demo"))?.lastScore).toBeUndefined();
    },
  );

  test("one that was removed meanwhile is told, too", async () => {
    meanwhile(() => removeLabState(world.kube, "lab-demo"));
    const { exitCode, report } = await checked();
    expect(exitCode).toBe(1);
    expect(report.notice).toContain("Lab demo was not started.");
  });
});

describe("what is not the student's own", () => {
  test("stands in the report until the lab is begun anew: labctl solve, and hints", async () => {
    await world.run("start", "demo");
    expect((await checked()).report).not.toHaveProperty("solvedAt");
    await world.run("hint", "demo", "answer");
    await world.run("hint", "demo", "answer");
    await world.run("solve", "demo");
    const { report } = await checked();
    expect(report).toMatchObject({ exercises: [{ hintsTaken: 2 }] });
    expect(report.solvedAt).toMatch(/^\d{4}-.*Z$/);
    const { stdout } = await world.run("check", "demo");
    expect(stdout).toContain(
      "labctl solve has done this lab since it was started.\n2 hints were asked for.\n",
    );
    await world.run("reset", "demo");
    expect((await checked()).report).not.toHaveProperty("solvedAt");
  });
});

describe("what status says of a score", () => {
  const standing = async (): Promise<string> => {
    const { exitCode, stdout } = await world.run("status");
    expect(exitCode).toBe(0);
    return stdout.split("\n").find((line) => line.startsWith("demo")) ?? "";
  };
  const change = (changed: (state: LabState) => LabState) => changeLabState(world.kube, "lab-demo", changed);

  beforeEach(async () => {
    world.kube.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", uid: "one" } });
    await world.run("solve", "demo");
    await world.run("check", "demo");
  });

  test("that labctl graded: its points and its time, and in JSON its exercises", async () => {
    expect(await standing()).toMatch(/demo +lab-demo +2\/2 +\d{4}-/);
    const { labs } = JSON.parse((await world.run("status", "-o", "json")).stdout) as { labs: unknown[] };
    expect(labs[0]).toMatchObject({
      standing: "graded",
      lastScore: { score: 2, exercises: [{ id: "answer", status: "passed", score: 2, points: 2 }] },
    });
    expect(JSON.stringify(labs)).not.toContain("hmac");
  });

  test("that was patched, with or without a proof: changed by hand, and nothing counts", async () => {
    await change((state) => ({ ...state, lastScore: { ...(state.lastScore as object), score: 1 } }));
    expect(await standing()).toMatch(/-\/2 +changed by hand: labctl check demo$/);
    await change((state) => ({ ...state, lastScore: { score: 2, maxScore: 2, at: "2026-01-01T00:00:00Z" } }));
    expect(await standing()).toMatch(/-\/2 +changed by hand: labctl check demo$/);
    const { stdout } = await world.run("status", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ labs: [{ standing: "changed-by-hand" }] });
    expect(stdout).not.toContain("lastScore");
    await world.run("check", "demo");
    expect(await standing()).toMatch(/2\/2/);
  });

  test("of an attempt before, or of another cluster: changed by hand", async () => {
    await change((state) => ({ ...state, seed: "another" }));
    expect(await standing()).toContain("changed by hand");
    await world.run("check", "demo");
    world.kube.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", uid: "two" } });
    expect(await standing()).toContain("changed by hand");
  });

  test("of another machine: graded elsewhere, and nothing counts; its own check counts", async () => {
    await rm(join(world.home, "score.key"));
    expect(await standing()).toMatch(/-\/2 +graded elsewhere: labctl check demo$/);
    await writeFile(join(world.home, "score.key"), "9".repeat(64));
    expect(await standing()).toMatch(/-\/2 +graded elsewhere: labctl check demo$/);
    await world.run("check", "demo");
    expect(await standing()).toMatch(/2\/2/);
  });

  test("of a namespace of its own choice: the command names it", async () => {
    await world.run("start", "demo", "-n", "anna");
    await change((state) => ({ ...state, lastScore: 10 }));
    await changeLabState(world.kube, "anna", (state) => ({ ...state, lastScore: 10 }));
    const { stdout } = await world.run("status");
    expect(stdout).toContain("changed by hand: labctl check demo -n anna\n");
  });

  test("without a key that can be read: status says which one", async () => {
    await writeFile(join(world.home, "score.key"), "");
    expect((await world.run("status")).stdout).toContain("The key that proves scores cannot be used");
    const { exitCode, report } = await checked();
    expect({ exitCode, score: report.score }).toEqual({ exitCode: 0, score: 2 });
    expect(report.notice).toContain("The key that proves scores cannot be used");
  });
});

describe("a score that could not be kept", () => {
  test.each(["text", "json", "yaml", "junit"])(
    "leaves the report and its exit code as they are, -o %s",
    async (form) => {
      await world.run("solve", "demo");
      world.kube.behaviour.onWrite = (write) => {
        if (write === stateWrite)
          throw new EnvironmentError({ message: "No room is left.", hint: "labctl doctor" });
      };
      const { exitCode, stdout } = await world.run("check", "demo", "-o", form);
      expect(exitCode).toBe(0);
      expect(stdout.replaceAll(/\s+/g, " ")).toContain(
        "This score could not be kept for labctl status. No room is left. Next: labctl doctor",
      );
      expect(stdout).toContain(form === "text" ? "2 of 2 points" : "answer");
    },
  );
});

describe("a state that cannot be read", () => {
  beforeEach(async () => {
    await byHand('{ "lab": "demo" }');
  });

  test("is an errored report, not a bug", async () => {
    const { exitCode, report } = await checked();
    expect(exitCode).toBe(3);
    expect(report.exercises[0]?.reason).toContain("What labctl remembers of lab demo cannot be read.");
    expect(report.exercises[0]?.reason).toContain("labctl reset demo -n lab-demo");
  });

  test.each([["start"], ["hint"], ["solve"]])("%s: says where and what to do", async (command) => {
    const { exitCode, stderr } = await world.run(command, "demo");
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`ConfigMap ${systemNamespace}/lab-demo, state.json: namespace: `);
    expect(stderr).toContain("labctl reset demo -n lab-demo");
  });

  test("is in status as one, with the command that begins anew", async () => {
    const { exitCode, stdout } = await world.run("status");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/demo +lab-demo +-\/2 +cannot be read: labctl reset demo\n/);
  });

  test("goes with a reset, and a shell is opened all the same", async () => {
    expect((await world.run("shell", "demo")).stderr).not.toContain("was not started");
    expect((await world.run("reset", "demo")).exitCode).toBe(0);
    expect(await readLabState(world.kube, "lab-demo")).toMatchObject({ lab: "demo" });
  });
});

describe("a namespace of another lab", () => {
  beforeEach(() => byHand(JSON.stringify({ ...JSON.parse(demoState()), lab: "jupyter" })));

  const demoState = (): string => {
    const stored = world.kube.objects.get(`ConfigMap ${systemNamespace}/lab-demo`);
    return (stored as unknown as { data: { "state.json": string } }).data["state.json"];
  };

  test.each([["start"], ["check"], ["hint"], ["solve"], ["reset"]])(
    "%s: is refused, and nothing is written",
    async (command) => {
      world.kube.writes.length = 0;
      const { exitCode, stderr } = await world.run(command, "demo", "-n", "lab-demo");
      expect(exitCode).toBe(2);
      expect(stderr).toContain("Namespace lab-demo has lab jupyter, not demo.");
      expect(stderr).toContain("labctl check jupyter -n lab-demo");
      expect(world.kube.writes).toEqual([]);
    },
  );

  test("verify leaves it alone", async () => {
    world.kube.writes.length = 0;
    const { exitCode, stderr } = await world.run("verify", "demo");
    expect(exitCode).toBe(3);
    expect(stderr).toContain("Namespace lab-demo has lab jupyter, not demo.");
    expect(world.kube.writes).toEqual([]);
  });

  test("a reset is refused where no more than the label says whose it is, too", async () => {
    await world.kube.patch(ref, { metadata: { labels: { "labctl.dev/lab": "jupyter" } } });
    await byHand("nonsense");
    expect((await world.run("reset", "demo")).exitCode).toBe(2);
  });
});

test("several labs in one namespace are wrong usage: it can hold one", async () => {
  const { exitCode, stderr } = await world.run("check", "--all", "-n", "lab-demo");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("A namespace holds one lab");
});
