import { describe, expect, it } from "vitest";
import { scheduledOn } from "../../../../src/checks/scheduling/scheduled-on-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { PodSpec } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { placedDeployment, placedNode } from "../../../support/placed-pods.ts";

const labels = { disk: "ssd" };
const spec = scheduledOn.spec.parse({ kind: "scheduled-on", deployment: "fast", labels });
const nodes = [placedNode("worker", labels), placedNode("worker2")];

const look = (placed: Partial<PodSpec>, on = "worker") =>
  scheduledOn.observe(
    spec,
    fakeCheckContext({ kube: new FakeKube([...nodes, ...placedDeployment("fast", [on], placed)]) }),
  );

type Operator = "In" | "NotIn" | "Exists" | "DoesNotExist";
const required = (key: string, operator: Operator, values: readonly string[] = []): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});

describe("scheduled-on: what passes", () => {
  it.each([
    ["a node selector", { nodeSelector: labels }],
    ["one with further labels", { nodeSelector: { ...labels, "kubernetes.io/hostname": "worker" } }],
    ["a required affinity", required("disk", "In", ["ssd"])],
    ["one of several values", required("disk", "In", ["ssd", "nvme"])],
  ])("%s", async (_, placed) => {
    expect(await look(placed)).toEqual([]);
  });
});

describe("scheduled-on: what does not pass", () => {
  it.each([
    ["luck", {}, "that was luck"],
    [
      "the machine's name instead of its disk",
      { nodeSelector: { "kubernetes.io/hostname": "worker" } },
      "luck",
    ],
    ["any disk", required("disk", "Exists"), "luck"],
    ["everything but the other", required("disk", "NotIn", ["hdd"]), "luck"],
  ])("%s", async (_, placed, told) => {
    const [finding] = await look(placed);
    expect(finding?.message).toContain(told);
  });

  it("a preference, which is called a wish", async () => {
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{}] };
    const [finding] = await look({ affinity: { nodeAffinity } });
    expect(finding?.message).toContain("only prefers it");
  });

  it("a node named in the template, past the scheduler", async () => {
    const [finding] = await look({ nodeName: "worker" });
    expect(finding).toMatchObject({ path: "spec.template.spec.nodeName" });
  });

  it("another node, with the one that would be right", async () => {
    const [finding] = await look({ nodeSelector: labels }, "worker2");
    expect(finding?.message).toContain("runs on node worker2, but worker carries disk=ssd");
  });

  it("no Deployment", async () => {
    const kube = new FakeKube(nodes);
    expect(await scheduledOn.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { actual: "not found" },
    ]);
  });
});

it("scheduled-on is errored when the cluster does not answer", async () => {
  const kube = new FakeKube();
  kube.down = true;
  await expect(scheduledOn.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
});
