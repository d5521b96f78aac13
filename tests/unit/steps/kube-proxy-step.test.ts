import { afterEach, beforeEach, expect, it } from "vitest";
import type { DaemonSet } from "../../../src/kube/objects.ts";
import { kubeProxyStep } from "../../../src/steps/kube-proxy-step.ts";
import { pod } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

const step = { detail: () => undefined, title: () => undefined };
const isDone = () => kubeProxyStep.isDone(fakeStepContext(world));
const ensure = () => kubeProxyStep.ensure(fakeStepContext(world), step);

const everywhere = {
  observedGeneration: 2,
  desiredNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
};

function kubeProxy(
  requests: Readonly<Record<string, string>>,
  status: Partial<DaemonSet["status"]> = {},
): DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "kube-proxy", namespace: "kube-system", generation: 2 },
    spec: { template: { spec: { containers: [{ name: "kube-proxy", resources: { requests } }] } } },
    status: { ...everywhere, ...status },
  };
}

it("is done when every node runs the pod that asks for CPU", async () => {
  world.kube.add(kubeProxy({ cpu: "40m" }));
  expect(await isDone()).toBe(true);
});

it.each([
  ["that asks for none, as kubeadm makes it", kubeProxy({})],
  ["whose change was not seen yet", kubeProxy({ cpu: "40m" }, { observedGeneration: 1 })],
  ["whose pod on one node is the old one", kubeProxy({ cpu: "40m" }, { updatedNumberScheduled: 2 })],
  ["whose pod on one node is not available", kubeProxy({ cpu: "40m" }, { numberAvailable: 2 })],
])("is not done with a kube-proxy %s", async (_, daemonSet) => {
  world.kube.add(daemonSet);
  expect(await isDone()).toBe(false);
});

it.each([
  ["leaves those alone that would lose their Services: no names of protocols", 1, true],
  ["has those start again that know the protocols by name", 0, false],
  ["has upstream's start again, which have no test to run", 127, false],
])("%s", async (_, exitCode, done) => {
  const labels = { "k8s-app": "kube-proxy" };
  world.kube.add(kubeProxy({}), pod({ name: "kube-proxy-1", namespace: "kube-system", labels }));
  world.kube.behaviour.onExec = (_, command) => {
    expect(command).toEqual(["test", "-e", "/etc/protocols"]);
    return { exitCode, stdout: "", stderr: "" };
  };
  expect(await isDone()).toBe(done);
});

it("asks for CPU and for nothing else, and waits until every node runs the new pod", async () => {
  world.kube.add(kubeProxy({}));
  const applied: unknown[] = [];
  world.kube.behaviour.onApply = ({ spec }, kube) => {
    applied.push(spec);
    kube.add(kubeProxy({ cpu: "40m" }, { numberAvailable: 2 }));
    void world.clock.sleep(5000).then(() => kube.add(kubeProxy({ cpu: "40m" })));
  };
  await ensure();
  const container = { name: "kube-proxy", resources: { requests: { cpu: "40m" } } };
  expect(applied).toEqual([{ template: { spec: { containers: [container] } } }]);
  expect(await isDone()).toBe(true);
});

it("says how far it got when a node does not run it in time", async () => {
  world.kube.behaviour.onApply = (_, kube) => {
    kube.add(kubeProxy({ cpu: "40m" }, { updatedNumberScheduled: 2, numberAvailable: 2 }));
  };
  await expect(ensure()).rejects.toMatchObject({
    lastSeen: "of 3 pods 2 are new, and 2 available",
    hint: "kubectl -n kube-system describe pods -l k8s-app=kube-proxy",
  });
});
