import { describe, expect, it } from "vitest";
import { nodeLoss } from "../../../../src/checks/resilience/node-loss-spec.ts";
import { readJournal } from "../../../../src/disturb/journal.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Pod } from "../../../../src/kube/objects.ts";
import { deployment, node, ownedBy, pod, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page, refused } from "../../../support/fake-probe.ts";
import { keepEndpoints } from "../../../support/keep-endpoints.ts";

const spec = nodeLoss.spec.parse({ kind: "node-loss", deployment: "web", service: "web" });
const [top, set, ...pods] = deployment({ name: "web" });
const [first, second, third] = pods as [Pod, Pod, Pod];

const on = (name: string, each: Pod): Pod => ({ ...each, spec: { ...each.spec, nodeName: name } });
const ready = (name: string, labels = {}): KubeObject => ({
  ...node(name, "172.18.0.2"),
  metadata: { name, labels },
  status: { conditions: [{ type: "Ready", status: "True" }] },
});
const nodes = [
  ready("master", { "node-role.kubernetes.io/control-plane": "" }),
  ready("worker-1"),
  ready("worker-2"),
];
const placed = [on("worker-1", first), on("worker-2", second), on("worker-2", third)];
const moved = [second, third].map((each, index) =>
  on(
    "worker-1",
    pod({ name: `web-new-${String(index)}`, owner: ownedBy(set), ip: each.status?.podIP ?? "" }),
  ),
);
const tolerant = (seconds: number) =>
  placed.map((each) => ({
    ...each,
    spec: {
      ...each.spec,
      tolerations: [
        { key: "node.kubernetes.io/unreachable", effect: "NoExecute", tolerationSeconds: seconds },
      ],
    },
  }));

function setUp({ evicts = true, objects = placed } = {}) {
  const kube = keepEndpoints(new FakeKube([top, set, ...objects, ...nodes, service({ name: "web" })]));
  const asked: string[] = [];
  const lose = () => {
    for (const { metadata } of [second, third]) kube.forget({ kind: "Pod", ...metadata });
    kube.add(...moved);
  };
  const context = fakeCheckContext({
    kube,
    probe: new FakeProbe(() => page("ok")),
    nodes: {
      stopNode: async (name) => {
        asked.push(`stop ${name}`);
        if (evicts) lose();
      },
      startNode: async (name) => {
        asked.push(`start ${name}`);
        return context.clock.now();
      },
    },
  });
  return { kube, asked, context };
}

describe("node-loss", () => {
  it("stops the worker with the most pods, passes, and starts it again", async () => {
    const { kube, asked, context } = setUp();
    expect(await nodeLoss.observe(spec, context)).toEqual([]);
    expect(asked).toEqual(["stop worker-2", "start worker-2"]);
    expect(context.said[0]).toBe("stopping node worker-2; it is started again afterwards");
    expect(kube.writesBesideJournal).toEqual([]);
    expect(kube.writes[0]).toBe("apply ConfigMap labctl-system/undo-lab-test-stop-node-nonce0000");
    expect(await readJournal(kube)).toEqual([]);
  });

  it("fails when the pods stay loyal to the dead node, and says for how long", async () => {
    const { asked, context } = setUp({ evicts: false, objects: tolerant(300) });
    const [finding, ...more] = await nodeLoss.observe(spec, context);
    expect(finding).toMatchObject({ actual: "1 of 3", path: "spec.template.spec.tolerations" });
    expect(finding?.message).toContain("tolerate an unreachable node for 300 s");
    expect(more).toEqual([]);
    expect(asked.at(-1)).toBe("start worker-2");
  });

  it("fails when the Service does not answer every request again", async () => {
    const { context } = setUp({ objects: [...pods.map((each) => on("worker-2", each))] });
    context.probe.answer = () => refused;
    const [finding] = await nodeLoss.observe(spec, context);
    expect(finding?.message).toContain("All 3 pods were on that node.");
  });

  it("fails where no pod is on a worker, and stops nothing", async () => {
    const { asked, context } = setUp({ objects: pods.map((each) => on("master", each)) });
    expect(await nodeLoss.observe(spec, context)).toMatchObject([{ actual: "none" }]);
    expect(asked).toEqual([]);
  });

  it("is errored when the node does not come back, and leaves the journal's entry for the next check", async () => {
    const { kube, context } = setUp();
    const start = () => Promise.reject(new EnvironmentError({ message: "no Docker", hint: "labctl up" }));
    const stuck = { ...context, nodes: { stopNode: async () => undefined, startNode: start } };
    await expect(nodeLoss.observe(spec, stuck)).rejects.toThrow(EnvironmentError);
    expect(await readJournal(kube)).toMatchObject([{ kind: "stop-node", namespace: "lab-test" }]);
    const { kube: other, context: late } = setUp();
    other.add({ ...nodes[2], status: {} } as KubeObject);
    await expect(nodeLoss.observe(spec, late)).rejects.toThrow("is not Ready after 180 s");
  });
});
