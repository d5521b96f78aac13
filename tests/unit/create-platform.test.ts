import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveClusterCharts } from "../../src/cluster/cluster-charts.ts";
import { createPlatform } from "../../src/create-platform.ts";
import type { Platform, PlatformChoice } from "../../src/platform.ts";
import { FakeWorld } from "../support/fake-world.ts";

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.create();
  world.env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
});

afterEach(() => world[Symbol.asyncDispose]());

const ports = { api: 16443, http: 18080, https: 18443, registry: 15001 };

function platform(choice: Partial<PlatformChoice> = {}): Promise<Platform> {
  return createPlatform(world.deps(), {
    cluster: "labctl",
    engine: "auto",
    images: "auto",
    ports,
    ...choice,
  });
}

it("is an engine of labctl's own with images from packages, where no Docker answers", async () => {
  const { engineChoice, imageSource, engine } = await platform();
  expect(engineChoice).toEqual({
    value: "private",
    why: "no Docker answers at /nowhere/docker.sock",
  });
  expect(imageSource.value).toBe("packages");
  expect(engine.kind).toBe("private");
  expect(engine.socketPath).toBe(`${world.home}/engine/docker.sock`);
});

it("takes the host's Docker and published images where they are asked for", async () => {
  const { engine, imageSource } = await platform({ engine: "host", images: "upstream" });
  expect([engine.kind, engine.socketPath]).toEqual(["host", "/nowhere/docker.sock"]);
  expect(imageSource).toEqual({ value: "upstream", why: "asked for with --images" });
});

it("has the charts that are asked for, else those that its cluster was brought up with, else its own", async () => {
  expect((await platform()).chartSource.value).toBe("own");
  await saveClusterCharts(world.home, "labctl", "upstream");
  expect((await platform()).chartSource).toEqual({ value: "upstream", why: "as labctl up was told" });
  expect((await platform({ cluster: "demo" })).chartSource.value).toBe("own");
  expect((await platform({ charts: "own" })).chartSource).toEqual({
    value: "own",
    why: "asked for with --charts",
  });
});

it("starts and installs nothing", async () => {
  await platform();
  expect(world.exec.ran).toEqual([]);
});

describe("the cluster", () => {
  it("is labctl's own, its kubeconfig below labctl's folder and its registry on the port that was asked for", async () => {
    const { cluster, registry } = await platform({ cluster: "demo" });
    expect(cluster).toMatchObject({
      name: "demo",
      kubeconfig: `${world.home}/clusters/demo/kubeconfig`,
    });
    expect(registry).toMatchObject({ host: "localhost:15001", container: "labctl-registry-demo" });
  });

  it("is the one of --context, and then nobody's to change", async () => {
    const { cluster } = await platform({
      context: "admin@lecture",
      kubeconfig: "/home/student/lecture.yaml",
    });
    expect(cluster).toMatchObject({ name: "admin@lecture", kubeconfig: "/home/student/lecture.yaml" });
    await expect(cluster.remove(world.deps().progress)).rejects.toMatchObject({ exitCode: 2 });
  });
});
