import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  const real = world.project;
  world.project = join(world.home, "project");
  await mkdir(join(world.project, "images", "nginx-1.22.1"), { recursive: true });
  await mkdir(join(world.project, "labs"), { recursive: true });
  await cp(join(real, "labs", "03-nginx-deployment"), join(world.project, "labs", "03-nginx-deployment"), {
    recursive: true,
  });
});
afterEach(() => world[Symbol.asyncDispose]());

test("a new lab is sound from the start", async () => {
  const { exitCode, stdout } = await world.run("new", "lab", "spark", "--number", "17");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("labs/17-spark\nNext: labctl lint");
  expect(await readdir(join(world.project, "labs", "17-spark"))).toEqual([
    "README.md",
    "cases",
    "lab.yaml",
    "solution",
  ]);
  expect(await world.run("lint")).toMatchObject({ exitCode: 0, stdout: "2 labs, no problem found.\n" });
});

test("an id that is taken, or is none, is refused", async () => {
  expect((await world.run("new", "lab", "nginx-deployment", "--number", "3")).stderr).toContain("already");
  expect((await world.run("new", "lab", "Spark", "--number", "3")).exitCode).toBe(2);
});

test("lint shows every problem with its place, those of solutions, too", async () => {
  const folder = join(world.project, "labs", "03-nginx-deployment");
  await writeFile(join(folder, "solution", "steps.yaml"), "- apply: nothing.yaml\n- aply: typo.yaml\n");
  await world.run("new", "lab", "broken", "--number", "4");
  await writeFile(
    join(world.project, "labs", "04-broken", "lab.yaml"),
    "apiVersion: labctl.dev/v1\nkind: Labb\n",
  );
  const { exitCode, stderr } = await world.run("lint");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/04-broken\/lab.yaml:2: kind/);
  expect(stderr).toContain("03-nginx-deployment/solution/steps.yaml:2");
});

test("one broken lab does not keep the others from working", async () => {
  await world.run("new", "lab", "broken", "--number", "4");
  await writeFile(join(world.project, "labs", "04-broken", "lab.yaml"), "kind: Lab\n");
  expect((await world.run("show", "nginx-deployment")).exitCode).toBe(0);
  expect((await world.run("show", "broken")).exitCode).toBe(2);
});
