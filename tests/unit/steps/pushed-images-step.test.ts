import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPushedImages } from "../../../src/records/pushed-images.ts";
import { pushedImagesStep } from "../../../src/steps/pushed-images-step.ts";
import { nginxDigest, nginxImage } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.create();
});

afterEach(() => world[Symbol.asyncDispose]());

const step = { detail: () => undefined, title: () => undefined };
const nginx = pushedImagesStep(["nginx-1.22.1"]);
const isDone = () => nginx.isDone(fakeStepContext(world));

const nodeContainer = {
  image: "labctl/node",
  env: {},
  labels: {},
  volumes: [],
  ports: [],
  restart: "always",
} as const;

function pushing(digest: string) {
  const context = fakeStepContext(world);
  const ensurePushed = async () => [{ reference: nginxImage, digest }];
  const images = { ...context.platform.images, ensurePushed };
  return { ...context, platform: { ...context.platform, images } };
}

it("notes the digest of what was pushed in the cluster", async () => {
  await nginx.ensure(pushing(nginxDigest), step);
  expect(await readPushedImages(world.kube)).toEqual({ [nginxImage]: nginxDigest });
  expect(await isDone()).toBe(true);
});

describe("a tag that is pushed anew", () => {
  const node = "labctl-control-plane";
  const forgotten = () => world.platform.docker.asked.filter((each) => each.startsWith(`exec ${node}`));

  beforeEach(async () => {
    await world.platform.docker.runContainer({ ...nodeContainer, name: node });
    world.platform.digests = {};
    await nginx.ensure(pushing("sha256:0"), step);
    expect(forgotten()).toEqual([]);
  });

  it("is forgotten by the nodes, which would go on with what they have under it", async () => {
    await nginx.ensure(pushing(nginxDigest), step);
    expect(forgotten()).toEqual([expect.stringMatching(/images remove.* localhost:5001\/nginx$/s)]);
  });

  it("is forgotten, too, where somebody else had pushed another image under it meanwhile", async () => {
    world.platform.digests = { "nginx:1.22.1": "sha256:poisoned" };
    await nginx.ensure(pushing("sha256:0"), step);
    expect(forgotten()).toHaveLength(1);
  });

  it("stays where it is the same", async () => {
    world.platform.digests = { "nginx:1.22.1": "sha256:0" };
    await nginx.ensure(pushing("sha256:0"), step);
    expect(forgotten()).toEqual([]);
  });

  it("cannot be forgotten by the nodes of a cluster that labctl did not make", async () => {
    const { platform, ...context } = pushing(nginxDigest);
    const choice = { ...platform.choice, context: "kind-other" };
    await nginx.ensure({ ...context, platform: { ...platform, choice } }, step);
    expect(forgotten()).toEqual([]);
  });
});

describe("is to do", () => {
  it("while nothing is noted", async () => {
    expect(await isDone()).toBe(false);
  });

  it("when the registry has another image under the tag than the one noted", async () => {
    const { digests } = world.platform;
    world.platform.digests = {};
    await nginx.ensure(pushing("sha256:0"), step);
    world.platform.digests = digests;
    expect(await isDone()).toBe(false);
  });

  it("when the registry has lost the tag", async () => {
    await nginx.ensure(pushing(nginxDigest), step);
    world.platform.digests = {};
    expect(await isDone()).toBe(false);
  });

  it("when the recipe was changed since", async () => {
    await nginx.ensure(pushing(nginxDigest), step);
    world.platform.imageList = world.platform.imageList.map((status) => ({ ...status, state: "stale" }));
    expect(await isDone()).toBe(false);
  });

  it("when the image was built anew and not pushed", async () => {
    await nginx.ensure(pushing(nginxDigest), step);
    world.platform.imageList = world.platform.imageList.map((status) => ({ ...status, digests: [] }));
    expect(await isDone()).toBe(false);
  });

  it("for a name that no recipe has: ensure says so", async () => {
    expect(await pushedImagesStep(["ngnix"]).isDone(fakeStepContext(world))).toBe(false);
  });

  it("for an image of the node, which is in no registry", async () => {
    expect(await pushedImagesStep(["node"]).isDone(fakeStepContext(world))).toBe(false);
  });
});
