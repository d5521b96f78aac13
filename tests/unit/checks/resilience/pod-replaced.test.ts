import { describe, expect, it } from "vitest";
import { podReplaced } from "../../../../src/checks/resilience/pod-replaced-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { ObjectRef } from "../../../../src/kube/kube.ts";
import { deployment, ownedBy, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const spec = podReplaced.spec.parse({
  kind: "pod-replaced",
  deployment: "nginx-deployment",
  replicas: { atLeast: 3 },
});
const [top, set, ...pods] = deployment({ name: "nginx-deployment" });
const replacement = pod({ name: "nginx-deployment-6d4f-new", owner: ownedBy(set), ip: "10.244.1.9" });

const cluster = (onRemove: (ref: ObjectRef, kube: FakeKube) => void) =>
  new FakeKube([top, set, ...pods], { onRemove });

describe("pod-replaced", () => {
  it("deletes one pod and passes when its ReplicaSet makes a new one", async () => {
    const kube = cluster((_, fake) => fake.add(replacement));
    expect(await podReplaced.observe(spec, fakeCheckContext({ kube }))).toEqual([]);
    expect(kube.writesBesideJournal).toEqual(["remove Pod lab-test/nginx-deployment-6d4f-0"]);
  });

  it("waits for a new pod that takes its time", async () => {
    const kube = cluster((_, fake) => fake.add({ ...replacement, status: { phase: "Pending" } }));
    const clock = fakeCheckContext().clock;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => {
      if (clock.now() > Date.UTC(2026, 0, 1) + 20_000)
        kube.objects.set("Pod lab-test/nginx-deployment-6d4f-new", replacement);
      return sleep(ms, signal);
    };
    expect(await podReplaced.observe(spec, fakeCheckContext({ kube, clock }))).toEqual([]);
  });

  it("fails, with the cause, when the new pod does not get Ready in time", async () => {
    const unready = pod({ name: "nginx-deployment-6d4f-new", owner: ownedBy(set), ready: false, node: "" });
    const kube = cluster((_, fake) => fake.add(unready));
    const [finding] = await podReplaced.observe(spec, fakeCheckContext({ kube }));
    expect(finding).toMatchObject({ actual: "2 Ready pods" });
    expect(finding?.message).toContain("is on no node");
  });

  it("fails when nothing comes back, or only a pod of another owner", async () => {
    const nothing = cluster(() => undefined);
    expect(await podReplaced.observe(spec, fakeCheckContext({ kube: nothing }))).toHaveLength(1);
    const other = { ...set, metadata: { ...set.metadata, name: "other", uid: "uid-other" } };
    const stranger = pod({ name: "nginx-deployment-77-x", owner: ownedBy(other) });
    const rolled = cluster((_, fake) => fake.add(other, stranger));
    expect(await podReplaced.observe(spec, fakeCheckContext({ kube: rolled }))).toHaveLength(1);
  });

  it("disturbs nothing that is not healthy: that is the finding", async () => {
    const kube = new FakeKube(deployment({ name: "nginx-deployment", replicas: 2 }));
    expect(await podReplaced.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { actual: "2 Ready of 2" },
    ]);
    expect(kube.writesBesideJournal).toEqual([]);
  });

  it("does not wait for a Deployment that is not there, nor for pods that nobody owns", async () => {
    const context = fakeCheckContext({
      kube: new FakeKube([1, 2, 3].map((n) => pod({ name: `p${String(n)}` }))),
    });
    const before = context.clock.now();
    expect(await podReplaced.observe(spec, context)).toMatchObject([{ actual: "not found" }]);
    expect(context.clock.now()).toBe(before);
  });

  it("is errored when the pod cannot be deleted", async () => {
    const kube = cluster(() => {
      throw new EnvironmentError({ message: "refused", hint: "labctl status" });
    });
    await expect(podReplaced.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
