import { afterEach, beforeEach, expect, it } from "vitest";
import { addonStep } from "../../../src/steps/addon-step.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.create();
});

afterEach(() => world[Symbol.asyncDispose]());

const step = { detail: () => undefined, title: () => undefined };
const metrics = addonStep("metrics-server");
const ready = { readyReplicas: 1 };

function isDeployment({ kind }: KubeObject): boolean {
  return kind === "Deployment";
}

it("applies the manifests and is done when their Deployments are ready", async () => {
  world.kube.behaviour.onApply = (object, kube) => {
    if (isDeployment(object)) kube.add({ ...object, status: ready });
  };
  expect(await metrics.isDone(fakeStepContext(world))).toBe(false);
  await metrics.ensure(fakeStepContext(world), step);
  expect(await metrics.isDone(fakeStepContext(world))).toBe(true);
});

it("says how far an add-on came that is not ready in time", async () => {
  await expect(metrics.ensure(fakeStepContext(world), step)).rejects.toMatchObject({
    message: "The add-on metrics-server is not ready after 180 s.",
    lastSeen: "it is starting",
  });
});
