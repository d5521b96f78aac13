import { afterEach, beforeEach, expect, test } from "vitest";
import { useDemoLab } from "../../support/demo-lab.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

test("a lab holds when untouched fails, solved passes and reset fails again, and each case is judged right", async () => {
  await useDemoLab(world);
  const { exitCode, stdout, stderr } = await world.run("verify", "--all", "--cases");
  expect(exitCode, stderr).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["LAB", "VERDICT", "EXERCISES", "TIME", "WRONG REFUSED", "RIGHT ACCEPTED", "IN REVERSE", "TEXT"],
    ["demo", "holds", "1", "0.0s", "1/1", "1/1", "-", "-"],
    [""],
  ]);
});

test("it leaves nothing of the lab behind", async () => {
  await useDemoLab(world);
  await world.run("verify", "demo");
  expect([...world.kube.objects.keys()]).toEqual(["Namespace /labctl-system"]);
});

test("a solution that does not solve is a problem, with the reason", async () => {
  await useDemoLab(world, "43");
  const { exitCode, stdout, stderr } = await world.run("verify", "demo");
  expect(exitCode).toBe(1);
  expect(stdout).toContain("2 problems");
  expect(stderr).toMatch(/demo: solved: answer is failed \(.*It is not 42/);
});

test("an outage is a problem of the environment, not of the lab", async () => {
  await useDemoLab(world);
  world.kube.down = true;
  expect((await world.run("verify", "demo")).exitCode).toBe(3);
});

test("check --watch looks again until everything has passed", async () => {
  await useDemoLab(world);
  await world.run("start", "demo");
  const { out } = world.streams;
  const write = out.write.bind(out);
  out.write = (text) => {
    write(text);
    world.kube.add({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "answer", namespace: "lab-demo" },
      data: { value: "42" },
    });
  };
  const { exitCode, stdout } = await world.run("check", "demo", "--watch");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/failed: 0 of 2 points[^]*passed: 2 of 2 points/);
});
