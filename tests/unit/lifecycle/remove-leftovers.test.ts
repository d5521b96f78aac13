import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeLeftovers } from "../../../src/lifecycle/remove-leftovers.ts";
import { labRun } from "../../support/lab-run.ts";
import { FakeWorld } from "../../support/fake-world.ts";

const progress = { detail: () => undefined, title: () => undefined };
const container = {
  name: "my-container",
  env: {},
  labels: {},
  volumes: [],
  ports: [],
  restart: "no",
} as const;
const reset = { containers: ["my-container"], images: ["my-image"] };

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  const { docker } = world.platform;
  docker.addImage({ tags: ["my-image:1.0", "localhost:5001/my-image:latest"] });
  docker.addImage({ tags: ["labctl/python-3.11:latest", "my-image-of-mine:1.0", "elsewhere/my-image:1.0"] });
  docker.addImage({ tags: [], digests: ["localhost:5001/my-image@sha256:old"] });
  docker.addImage({ tags: [], digests: [] });
  docker.containers.set("labctl-control-plane", {
    id: "node",
    imageId: "node",
    image: "node",
    running: true,
    startedAt: new Date(0),
    exitCode: 0,
    labels: {},
    networks: [],
    spec: { name: "node", image: "node", env: {}, labels: {}, volumes: [], ports: [], restart: "no" },
  });
});
afterEach(() => world[Symbol.asyncDispose]());

describe("what a student made beside the cluster", () => {
  it("goes by its exact names: container, images in the engine and in the registry, and what was replaced", async () => {
    const { docker, asked } = world.platform;
    await docker.runContainer({ ...container, image: "my-image:1.0" });
    docker.asked.length = 0;
    await removeLeftovers(labRun(world, { reset }), progress);
    expect(docker.asked.filter((what) => !what.startsWith("exec"))).toEqual([
      "rm my-container",
      "untag my-image:1.0",
      "untag localhost:5001/my-image:latest",
      "remove sha256:3",
    ]);
    expect(asked).toEqual(["registry.removeTags my-image"]);
  });

  it.each([
    ["of the lab", "host", "my-image:1.0", true],
    ["of the lab, as it was pushed", "host", "localhost:5001/my-image:latest", true],
    ["of the user's own", "host", "postgres:16", false],
    ["of the user's own, in a registry", "host", "example.com/my-image:1.0", false],
    ["in labctl's engine, where nobody else is", "private", "postgres:16", true],
  ] as const)("goes where its container is %s", async (_, kind, image, goes) => {
    const { docker } = world.platform;
    world.platform.engineFacts = { kind, running: true, version: "29" };
    await docker.runContainer({ ...container, image });
    await removeLeftovers(labRun(world, { reset }), progress);
    expect(docker.containers.has("my-container")).toBe(!goes);
  });

  it("is forgotten by the nodes that run", async () => {
    const { docker } = world.platform;
    const told: (readonly string[])[] = [];
    docker.onExec = (name, command) => {
      told.push([name, command.at(-1) ?? ""]);
      return {};
    };
    await removeLeftovers(labRun(world, { reset }), progress);
    expect(told).toEqual([["labctl-control-plane", "localhost:5001/my-image"]]);
  });

  it("is left alone on a cluster that labctl did not make", async () => {
    await removeLeftovers(labRun(world, { reset, choice: { context: "managed" } }), progress);
    expect(world.platform.docker.asked).toEqual([]);
  });
});
