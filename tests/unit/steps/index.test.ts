import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Step } from "../../../src/steps/step.ts";
import { labSteps, upSteps } from "../../../src/steps/index.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.create();
  world.platform.kubeconfig = join(world.home, "kubeconfig");
});

afterEach(() => world[Symbol.asyncDispose]());

const shown = { detail: () => undefined, title: () => undefined };

function titled(start: string): Step {
  const found = upSteps.find(({ title }) => title.startsWith(start));
  if (!found) throw new Error(`no step ${start}`);
  return found;
}

const isDone = (start: string) => titled(start).isDone(fakeStepContext(world));

async function ensured(start: string): Promise<readonly string[]> {
  await titled(start).ensure(fakeStepContext(world), shown);
  return world.platform.asked;
}

describe("engine", () => {
  it("is done when it runs with its ports open", async () => {
    expect(await isDone("Container engine")).toBe(true);
    world.platform.engineFacts = { kind: "private", running: false };
    expect(await isDone("Container engine")).toBe(false);
    expect(await ensured("Container engine")).toEqual(["engine.ensure"]);
  });
});

describe("tools", () => {
  it("is done when both programs are in labctl's folder", async () => {
    await mkdir(join(world.home, "bin"));
    await writeFile(join(world.home, "bin", "kind"), "");
    expect(await isDone("Tools")).toBe(false);
    await writeFile(join(world.home, "bin", "kubectl"), "");
    expect(await isDone("Tools")).toBe(true);
    expect(await ensured("Tools")).toEqual(["tools kind kubectl"]);
  });
});

describe("images of the nodes", () => {
  it("is done when both are built from their recipes of today", async () => {
    const current = ["node", "registry"].map((name) => ({
      name,
      recipeDigest: "sha256:1",
      state: "current" as const,
      digests: [],
    }));
    world.platform.imageList = current;
    expect(await isDone("Images of the nodes")).toBe(true);
    world.platform.imageList = current.slice(1);
    expect(await isDone("Images of the nodes")).toBe(false);
    expect(await ensured("Images of the nodes")).toEqual(["images.ensure node registry"]);
  });
});

describe("cluster", () => {
  it("is done when its nodes run and its kubeconfig is there", async () => {
    expect(await isDone("Cluster")).toBe(false);
    await writeFile(world.platform.kubeconfig, "");
    expect(await isDone("Cluster")).toBe(true);
    world.platform.clusterFacts = { ...world.platform.clusterFacts, state: "stopped" };
    expect(await isDone("Cluster")).toBe(false);
    expect(await ensured("Cluster")).toEqual(["cluster.ensure"]);
  });
});

describe("labSteps", () => {
  const titles = (images: string[], addons: string[], charts: string[] = [], tools: string[] = []) =>
    labSteps({ images, charts, addons, tools }).map(({ title }) => title);

  it("pushes the images of the add-ons together with the lab's, before the add-ons", () => {
    expect(titles(["nginx-1.22.1"], ["ingress", "metrics-server"])).toEqual([
      "Images in the registry: nginx-1.22.1, traefik, metrics-server",
      "Add-on ingress",
      "Add-on metrics-server",
    ]);
  });

  it("brings Helm for charts, once, before it pushes them", () => {
    expect(titles([], [], ["dask"])).toEqual(["Tools (helm)", "Charts in the registry: dask"]);
    expect(titles([], [], ["dask"], ["helm"])[0]).toBe("Tools (helm)");
  });

  it("is nothing for a lab that needs nothing", () => {
    expect(titles([], [])).toEqual([]);
  });
});
