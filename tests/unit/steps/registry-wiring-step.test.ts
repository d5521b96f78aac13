import { afterEach, beforeEach, expect, it } from "vitest";
import { registryWiringStep } from "../../../src/steps/registry-wiring-step.ts";
import type { StepContext } from "../../../src/steps/step.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.create();
});

afterEach(() => world[Symbol.asyncDispose]());

const step = { detail: () => undefined, title: () => undefined };
const ensure = (context: StepContext = fakeStepContext(world)) => registryWiringStep.ensure(context, step);
const isDone = (context: StepContext = fakeStepContext(world)) => registryWiringStep.isDone(context);

/** The same platform with the registry on another port. */
function onPort(port: number): StepContext {
  const context = fakeStepContext(world);
  const registry = { ...context.platform.registry, host: `localhost:${port}` };
  return { ...context, platform: { ...context.platform, registry } };
}

it("joins the registry to the nodes' network, tells every node, and announces it", async () => {
  expect(await isDone()).toBe(false);
  await ensure();
  expect(world.platform.asked).toEqual([
    "registry.connect kind",
    "cluster.trustRegistry localhost:5001 labctl-registry",
  ]);
  expect(world.kube.writes).toEqual(["apply ConfigMap kube-public/local-registry-hosting"]);
  expect(await isDone()).toBe(true);
});

it("keeps localhost:5001, which manifests name, for a registry on another port", async () => {
  await ensure(onPort(15001));
  expect(world.platform.asked.slice(1)).toEqual([
    "cluster.trustRegistry localhost:15001 labctl-registry",
    "cluster.trustRegistry localhost:5001 labctl-registry",
  ]);
});

it("is to do again when the registry moved to another port", async () => {
  await ensure();
  expect(await isDone(onPort(15001))).toBe(false);
});

it("is to do again when the login is another one", async () => {
  await ensure();
  const context = fakeStepContext(world);
  const registry = {
    ...context.platform.registry,
    login: async () => ({ username: "labctl", password: "another" }),
  };
  expect(await isDone({ ...context, platform: { ...context.platform, registry } })).toBe(false);
  const where = { kind: "ConfigMap", name: "local-registry-hosting", namespace: "kube-public" };
  expect(JSON.stringify(await world.kube.read(where))).not.toContain("secret");
});

it("waits for an API server that is still starting", async () => {
  const started = world.clock.now();
  world.kube.get = async (path) => {
    if (world.clock.now() - started < 30_000) throw new Error(`connect ECONNREFUSED ${path}`);
    return "ok";
  };
  await ensure();
  expect(await isDone()).toBe(true);
});

it("ends with the API server's last refusal", async () => {
  world.kube.down = true;
  await expect(ensure()).rejects.toMatchObject({
    message: expect.stringContaining("does not answer") as string,
  });
});
