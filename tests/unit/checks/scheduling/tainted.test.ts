import { describe, expect, it } from "vitest";
import { tainted } from "../../../../src/checks/scheduling/tainted-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Pod, PodSpec } from "../../../../src/kube/objects.ts";
import { nginxImage } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { pending, placedDeployment, placedNode } from "../../../support/placed-pods.ts";

const taint = { key: "dedicated", value: "training", effect: "NoSchedule" };
const labels = { dedicated: "training" };
const spec = tainted.spec.parse({ kind: "tainted", deployment: "trainer", labels, taint });
const toleration = { ...taint, operator: "Equal" };
const nodes = [placedNode("worker"), placedNode("worker2", labels, [taint])];
const why = "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: training}";

const big = { name: "plain", image: nginxImage, resources: { requests: { cpu: "1000", memory: "16Mi" } } };

/** A scheduler that keeps the plain pod away, or lets it in. */
const scheduler = (onto?: string) => (object: KubeObject, fake: FakeKube) => {
  const pod = object as Pod;
  const placed =
    onto === undefined
      ? { ...pending(pod, why), spec: pod.spec }
      : { ...pod, spec: { ...pod.spec, nodeName: onto } };
  fake.objects.set(`Pod labctl-system/${pod.metadata.name}`, placed);
};

/** What it takes: let in, and drawn there. */
const reserved = { tolerations: [toleration], nodeSelector: labels };

const clusterOf = (placed: Partial<PodSpec>, on = "worker2", its: readonly KubeObject[] = nodes) =>
  new FakeKube([...its, ...placedDeployment("trainer", [on], placed)], { onCreate: scheduler() });
const look = (kube: FakeKube) => tainted.observe(spec, fakeCheckContext({ kube }));

describe("tainted: what passes", () => {
  it.each([
    ["a toleration of the very taint", [toleration]],
    ["one of any value", [{ key: "dedicated", operator: "Exists" }]],
    ["one of everything", [{ operator: "Exists" }]],
  ])("%s; the plain pod is kept away and removed again", async (_, tolerations) => {
    const kube = clusterOf({ tolerations, nodeSelector: labels });
    expect(await look(kube)).toEqual([]);
    expect(kube.writes).toEqual([
      "create Pod labctl-system/labctl-plain-worker2-nonce0000",
      "remove Pod labctl-system/labctl-plain-worker2-nonce0000",
    ]);
  });

  it("a plain pod that a killed labctl left does not count", async () => {
    const kube = clusterOf(reserved);
    const [, , left] = placedDeployment("left", ["worker2"]);
    if (!left) throw new Error("no pod");
    const metadata = { name: "labctl-plain-worker2-nonce9999", namespace: "labctl-system" };
    kube.add({ ...left, metadata });
    expect(await look(kube)).toEqual([]);
  });
});

describe("tainted: what does not pass", () => {
  it("a taint that is gone, or is another", async () => {
    const tolerant = { tolerations: [toleration] };
    const none = clusterOf(tolerant, "worker2", [placedNode("worker2", labels)]);
    expect((await look(none))[0]?.message).toContain("does not stand on node worker2 any more");
    const mild = clusterOf(tolerant, "worker2", [
      placedNode("worker2", labels, [{ ...taint, effect: "PreferNoSchedule" }]),
    ]);
    expect(await look(mild)).toMatchObject([{ actual: "dedicated=training:PreferNoSchedule" }]);
    expect(none.writes).toEqual([]);
  });

  it("a label that was put on a node which nothing reserves", async () => {
    const kube = clusterOf({ tolerations: [toleration] }, "worker", [
      placedNode("worker", labels),
      placedNode("worker2", labels, [taint]),
    ]);
    expect(await look(kube)).toMatchObject([{ object: "Node/worker" }]);
  });

  it("a node that has lost its label", async () => {
    const kube = clusterOf({}, "worker", [placedNode("worker")]);
    expect(await look(kube)).toMatchObject([{ actual: "on no node" }]);
  });

  it("a pod on the other node; one that came past the scheduler; one that no longer may", async () => {
    expect((await look(clusterOf({ tolerations: [toleration] }, "worker")))[0]?.message).toContain(
      "runs on node worker, but worker2 carries dedicated=training",
    );
    expect(await look(clusterOf({ nodeName: "worker2" }))).toMatchObject([
      { path: "spec.template.spec.nodeName" },
    ]);
    expect(await look(clusterOf({}))).toMatchObject([{ path: "spec.template.spec.tolerations" }]);
  });

  it("a pod that is let in and is there by luck, or by a wish", async () => {
    const [finding] = await look(clusterOf({ tolerations: [toleration] }));
    expect(finding?.message).toContain("nothing in its spec asks for dedicated=training: that was luck");
    expect(await look(clusterOf({ nodeSelector: labels }))).toMatchObject([
      { path: "spec.template.spec.tolerations", actual: "none" },
    ]);
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{}] };
    const wish = clusterOf({ tolerations: [toleration], affinity: { nodeAffinity } });
    expect(await look(wish)).toMatchObject([{ actual: "a preference" }]);
  });

  it("a toleration that was added to the pod by hand", async () => {
    const kube = clusterOf(reserved);
    const [top] = placedDeployment("trainer", ["worker2"], { nodeSelector: labels });
    expect(await look(kube.add(top))).toMatchObject([{ actual: "on pods alone" }]);
  });

  it("a plain pod that is let in all the same", async () => {
    const kube = clusterOf(reserved);
    kube.behaviour.onCreate = scheduler("worker2");
    expect(await look(kube)).toMatchObject([{ object: "Node/worker2", actual: "it was let in" }]);
  });
});

describe("tainted: what is errored", () => {
  it("a scheduler that does not decide, and a plain pod that is lost", async () => {
    const kube = clusterOf(reserved);
    kube.behaviour.onCreate = () => undefined;
    await expect(look(kube)).rejects.toThrow("The scheduler does not say");
    kube.behaviour.onCreate = ({ metadata }, fake) =>
      fake.forget({ kind: "Pod", namespace: "labctl-system", name: metadata.name });
    await expect(look(kube)).rejects.toThrow(EnvironmentError);
  });

  it.each<[string, Partial<PodSpec>]>([
    ["asks for more than any node has", { containers: [big] }],
    ["asks for a node that is not there", { nodeSelector: { ...labels, nowhere: "yes" } }],
    ["waits for leave", { schedulingGates: [{ name: "never" }] } as Partial<PodSpec>],
  ])("a plain pod that was rewritten, so that it %s", async (_, change) => {
    const kube = clusterOf(reserved);
    kube.behaviour.admit = (object) => ({ ...object, spec: { ...(object["spec"] as PodSpec), ...change } });
    await expect(look(kube)).rejects.toThrow("the API server stored something else than was sent");
    expect(kube.writes.at(-1)).toMatch(/^remove Pod/);
  });
});
