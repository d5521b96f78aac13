import { describe, expect, it } from "vitest";
import { spread } from "../../../../src/checks/scheduling/spread-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { PodSpec } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { pending, placedDeployment, placedNode } from "../../../support/placed-pods.ts";

const spec = spread.spec.parse({ kind: "spread", deployment: "pair", replicas: { exactly: 2 } });
const nodes = [placedNode("worker", { zone: "a" }), placedNode("worker2", { zone: "a" })];
const own = { matchLabels: { app: "pair" } };
const host = "kubernetes.io/hostname";

const look = (placed: Partial<PodSpec>, on: readonly string[] = ["worker", "worker2"]) =>
  spread.observe(
    spec,
    fakeCheckContext({ kube: new FakeKube([...nodes, ...placedDeployment("pair", on, placed)]) }),
  );

const apart = (topologyKey: string, labelSelector: object): Partial<PodSpec> => ({
  affinity: {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }] },
  },
});
const evenly = (whenUnsatisfiable: string, maxSkew = 1): Partial<PodSpec> => ({
  topologySpreadConstraints: [{ topologyKey: host, maxSkew, whenUnsatisfiable, labelSelector: own }],
});

describe("spread", () => {
  it.each([
    ["a required anti-affinity", apart(host, own)],
    [
      "one by an expression",
      apart(host, { matchExpressions: [{ key: "app", operator: "In", values: ["pair"] }] }),
    ],
    ["a spread constraint that is an order", evenly("DoNotSchedule")],
  ])("passes with %s", async (_, placed) => {
    expect(await look(placed)).toEqual([]);
  });

  it.each([
    ["nothing, and luck", {}, "has no rule"],
    ["a spread constraint that is a wish", evenly("ScheduleAnyway"), "would like"],
    [
      "a preferred anti-affinity",
      { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{}] } } },
      "would like",
    ],
    ["a skew that lets both on one node", evenly("DoNotSchedule", 2), "does not hold its own pods apart"],
    [
      "a rule about other pods",
      apart(host, { matchLabels: { app: "fast" } }),
      "does not hold its own pods apart",
    ],
    ["a zone that all nodes are in", apart("zone", own), "does not hold its own pods apart"],
  ])("does not pass with %s", async (_, placed, told) => {
    const [finding, ...more] = await look(placed);
    expect(finding?.message).toContain(told);
    expect(more).toEqual([]);
  });

  it("does not pass with a rule that holds by a label which was put on the pods by hand", async () => {
    const by = { matchLabels: { apart: "yes" } };
    const [top, set, ...pods] = placedDeployment("pair", ["worker", "worker2"], apart(host, by));
    const labelled = pods.map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, apart: "yes" } },
    }));
    const kube = new FakeKube([...nodes, top, set, ...labelled]);
    const [finding] = await spread.observe(spec, fakeCheckContext({ kube }));
    expect(finding?.message).toContain("does not hold its own pods apart");
  });

  it("names the pods that are together, and the rule that lacks", async () => {
    const findings = await look({}, ["worker", "worker"]);
    expect(findings.map(({ actual }) => actual)).toEqual(["2 on worker", "no rule"]);
    expect(findings[0]?.message).toContain("pair-6d4f-0 and pair-6d4f-1 are both on node worker");
  });

  it("tells why the second pod is Pending, in the scheduler's words", async () => {
    const [top, set, first, second] = placedDeployment("pair", ["worker", "worker2"], apart(host, own));
    if (!first || !second) throw new Error("no pods");
    const why = "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: training}";
    const kube = new FakeKube([...nodes, top, set, first, pending(second, why)]);
    const [finding] = await spread.observe(spec, fakeCheckContext({ kube }));
    expect(finding?.message).toContain("had untolerated taint {dedicated: training}");
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(spread.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
