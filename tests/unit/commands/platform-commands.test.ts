import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeLabState } from "../../support/fake-check-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { proveScore } from "../../../src/records/score.ts";
import { ensureScoreKey } from "../../../src/records/score-key.ts";
import { putLabState } from "../../../src/records/state.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

describe("down", () => {
  test("stops cluster, registry and engine, in this order", async () => {
    const { exitCode, stdout } = await world.run("down");
    expect(exitCode).toBe(0);
    expect(stdout).toBe("Cluster labctl is stopped. Bring it back with: labctl up\n");
    expect(world.platform.asked).toEqual(["cluster.stop", "registry.stop", "engine.stop"]);
  });

  test("leaves the engine to another cluster that runs in it", async () => {
    await mkdir(join(world.home, "clusters", "labctl"), { recursive: true });
    await mkdir(join(world.home, "clusters", "gone"), { recursive: true });
    const image = "labctl/node:latest";
    const node = { image, env: {}, labels: {}, volumes: [], ports: [], restart: "no" } as const;
    await world.platform.docker.runContainer({ ...node, name: "labctl-control-plane" });
    const { stdout } = await world.run("down", "--cluster", "two");
    expect(stdout).toBe(
      "Cluster two is stopped. The engine stays, since labctl runs in it. Bring it back with: labctl up --cluster two\n",
    );
    expect(world.platform.asked).toEqual(["cluster.stop", "registry.stop"]);
  });

  test("--purge removes them, and the home folder last", async () => {
    const { exitCode } = await world.run("down", "--purge");
    expect(exitCode).toBe(0);
    expect(world.platform.asked).toEqual(["cluster.remove", "registry.remove", "engine.remove"]);
    expect(world.exec.ran.at(-1)).toBe(`rm -rf --one-file-system ${world.home}`);
  });

  test("--purge leaves no image in the user's own Docker", async () => {
    world.platform.engineFacts = { kind: "host", running: true };
    await world.run("down", "--purge");
    expect(world.platform.asked).toEqual([
      "cluster.remove",
      "registry.remove",
      "images.removeAll",
      "engine.remove",
    ]);
  });

  test("--purge of a stopped engine asks nothing of what is in it", async () => {
    world.platform.engineFacts = { kind: "private", running: false };
    await world.run("down", "--purge");
    expect(world.platform.asked).toEqual(["engine.remove"]);
  });

  test("--purge never removes the user's own home", async () => {
    world.env = { ...world.env, HOME: world.home };
    const { exitCode, stderr } = await world.run("down", "--purge");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("LABCTL_HOME is no folder of labctl's own");
    expect(world.platform.asked).toEqual([]);
    expect(world.exec.ran).toEqual([]);
  });
});

describe("status", () => {
  test("shows every part, and every lab with its score", async () => {
    const state = fakeLabState({ lab: "services", namespace: "lab-services" });
    const score = { score: 3, maxScore: 9, at: "2026-01-01T00:00:00Z", exercises: [] };
    const key = await ensureScoreKey(world.home, (length) => world.deps().random(length));
    const lastScore = proveScore(key, { ...state, cluster: "" }, score);
    await putLabState(world.kube, { ...state, lastScore });
    const { exitCode, stdout } = await world.run("status");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/engine +running +private 20.10.24/);
    expect(stdout).toMatch(/cluster labctl +running +1 of 1 nodes run/);
    expect(stdout).toMatch(/services +lab-services +3\/9 +2026-01-01/);
    expect(stdout).toMatch(/ingress +-\/10 +not started/);
  });

  test("a cluster that does not answer is told, not an error", async () => {
    world.kube.down = true;
    const { exitCode, stdout } = await world.run("status", "-o", "json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      trouble: expect.stringContaining("does not answer") as string,
    });
  });

  test("before the first up there is nothing", async () => {
    world.platform.engineFacts = { kind: "private", running: false };
    const { stdout } = await world.run("status");
    expect(stdout).toContain("No lab is started. Next: labctl up");
  });
});

describe("up", () => {
  test("says what was chosen on stderr, and the result on stdout", async () => {
    const { stdout, stderr, exitCode } = await world.run("up");
    expect(stderr).toContain("Engine: private (no Docker answers)");
    expect(stderr).toContain("Images: packages (no container registry answers)");
    expect(exitCode === 0 ? stdout : "is up").toContain("is up");
  });

  test("names the charts where they are not labctl's own", async () => {
    expect((await world.run("up")).stderr).not.toContain("Charts:");
    world.env = { ...world.env, LABCTL_CHARTS: "upstream" };
    const { stderr } = await world.run("up");
    expect(stderr).toContain("Charts: upstream");
    expect(world.choices.map(({ charts }) => charts)).toEqual([undefined, "upstream"]);
    expect((await world.run("up", "--charts", "theirs")).exitCode).toBe(2);
  });

  test("--quiet says nothing of it", async () => {
    expect((await world.run("up", "--quiet")).stderr).not.toContain("Engine:");
  });
});

describe("images", () => {
  test("list", async () => {
    const { stdout } = await world.run("images", "list");
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "IMAGE         STATE    REPOSITORY    SIZE    DEBIAN OF",
      "nginx-1.22.1  current  nginx:1.22.1  126 MB  2026-01-01",
      "node          missing  -             -       -",
    ]);
  });

  test("build needs names or --all", async () => {
    expect((await world.run("images", "build")).exitCode).toBe(2);
    await world.run("images", "build", "--all");
    expect(world.platform.asked).toContain("images.ensure nginx-1.22.1 node");
  });

  test("list says so where nobody wrote down which day's packages an image has", async () => {
    world.platform.imageList = [
      { name: "probe", recipeDigest: "", state: "current", digests: [], debian: {} },
    ];
    expect((await world.run("images", "list")).stdout).toMatch(/probe +current +- +- +unknown/);
  });

  test("a name that no image has starts no engine", async () => {
    const { exitCode, stderr } = await world.run("images", "build", "nod");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no image "nod".');
    expect(world.platform.asked).toEqual([]);
  });

  test("build asks Debian for newer packages on wish alone", async () => {
    await world.run("images", "build", "node");
    await world.run("images", "build", "node", "--refresh");
    expect(world.platform.asked.filter((line) => line.startsWith("images."))).toEqual([
      "images.ensure node",
      "images.ensure node anew",
    ]);
    const { exitCode, stderr } = await world.run("images", "list", "--refresh");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("labctl images build --all --refresh");
  });

  test("packages lists what Debian brought, a line each", async () => {
    expect((await world.run("images", "packages", "nginx-1.22.1")).stdout.split("\n").slice(0, 2)).toEqual([
      "IMAGE         PACKAGE  VERSION",
      "nginx-1.22.1  nginx    1.22.1-9+deb12u3",
    ]);
  });

  test("prefetch pushes what has a place in the registry", async () => {
    await world.run("images", "prefetch");
    expect(world.platform.asked.at(-1)).toBe("images.ensurePushed nginx-1.22.1");
  });
});

describe("doctor", () => {
  test("names what is in the way, and what to do", async () => {
    world.exec.answer = ([program]) => {
      if (program === "id") return { stdout: "0" };
      return program === "npm" ? { exitCode: 1, stderr: "ENOTFOUND" } : { stdout: "v24" };
    };
    const { exitCode, stdout } = await world.run("doctor");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/✔ +root or sudo +root/);
    expect(stdout).toMatch(/✖ +npm +npm failed with exit code 1/);
    expect(stdout).toMatch(/✔ +Debian packages +of 2026-01-01 or newer \(0 days ago\)/);
  });

  test("says how old images are, and finds nothing wrong with it", async () => {
    await world.clock.sleep(31 * 24 * 60 * 60 * 1000);
    expect((await world.run("doctor")).stdout).toMatch(
      /✔ +Debian packages +of 2026-01-01 or newer \(31 days ago\) +When .*: labctl images build --all --refresh/,
    );
  });
});
