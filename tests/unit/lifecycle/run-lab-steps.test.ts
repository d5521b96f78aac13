import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useDemoLab } from "../../support/demo-lab.ts";
import { page } from "../../support/fake-probe.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  await useDemoLab(world);
});
afterEach(() => world[Symbol.asyncDispose]());

async function startWith(steps: string) {
  const file = join(world.project, "labs", "01-demo", "start", "steps.yaml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, steps);
  return world.run("start", "demo");
}

describe("helm", () => {
  it("works in a folder that is thrown away, with labctl's own program and settings", async () => {
    const { exitCode, stderr } = await startWith("- helm: [package, mine]\n");
    expect(exitCode, stderr).toBe(0);
    expect(world.exec.ran).toContain(`${world.home}/bin/helm package mine`);
    expect(world.exec.options.at(-1)?.cwd).toContain("labctl-work-");
    expect(world.exec.options.at(-1)?.env).toMatchObject({ HELM_CACHE_HOME: `${world.home}/helm/cache` });
  });
});

describe("answers", () => {
  it("goes on once the page is there", async () => {
    let asked = 0;
    world.frontDoor.answer = () => (++asked < 3 ? page("404 page not found", {}, 404) : page("index"));
    const { exitCode, stderr } = await startWith("- answers: http://charts.localhost/charts/index.yaml\n");
    expect(exitCode, stderr).toBe(0);
    expect(world.frontDoor.asked.map(({ url }) => url)).toEqual(
      Array.from({ length: 3 }, () => "http://charts.localhost/charts/index.yaml"),
    );
  });

  it("is trouble of the environment when it stays away, with what came instead", async () => {
    const { exitCode, stderr } = await startWith("- answers: http://charts.localhost/\n");
    expect(exitCode).toBe(3);
    expect(stderr).toContain("http://charts.localhost/ did not answer within 60 s.");
    expect(stderr).toContain("status 404");
  });
});
