import { describe, expect, it } from "vitest";
import { requests } from "../../../../src/checks/workloads/requests-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Container } from "../../../../src/kube/objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { pending, placedDeployment, placedNode } from "../../../support/placed-pods.ts";

const spec = requests.spec.parse({ kind: "requests", deployment: "greedy" });
const small = { cpu: "100m", memory: "32Mi" };
const nodes = [placedNode("worker"), placedNode("worker2")];

const look = (...containers: readonly Container[]) =>
  requests.observe(
    spec,
    fakeCheckContext({
      kube: new FakeKube([...nodes, ...placedDeployment("greedy", ["worker"], { containers })]),
    }),
  );

describe("requests", () => {
  it("passes when every container has both, for cpu and memory", async () => {
    const good = { name: "a", resources: { requests: small, limits: { cpu: "1", memory: "64Mi" } } };
    expect(await look(good, { ...good, name: "b" })).toEqual([]);
  });

  it("names the container and what it lacks", async () => {
    const good = { name: "a", resources: { requests: small, limits: small } };
    const findings = await look(
      good,
      { name: "b" },
      { name: "c", resources: { requests: small } },
      { name: "d", resources: { requests: { cpu: "0", memory: "1Mi" }, limits: small } },
    );
    expect(findings.map(({ actual }) => actual)).toEqual([
      "no requests.cpu, no requests.memory, no limits.cpu, no limits.memory",
      "no limits.cpu, no limits.memory",
      "no requests.cpu",
    ]);
    expect(findings[0]?.message).toContain("Container b of Deployment greedy");
  });

  it("does not pass where only the running pod was resized, and the template still asks for what does not fit", async () => {
    const container = (requests: object) => [{ name: "a", resources: { requests, limits: small } as object }];
    const [, set, ...pods] = placedDeployment("greedy", ["worker"], { containers: container(small) });
    const [top] = placedDeployment("greedy", ["worker"], { containers: container({ cpu: "64" }) });
    const kube = new FakeKube([...nodes, top, set, ...pods]);
    const [finding] = await requests.observe(spec, fakeCheckContext({ kube }));
    expect(finding?.message).toContain("has other requests or limits in the pod template");
  });

  it("passes with amounts that Kubernetes has filled in, and with the same ones written in another way", async () => {
    const sized = { requests: { cpu: "0.1", memory: "32Mi" }, limits: small };
    const [, set, ...pods] = placedDeployment("greedy", ["worker"], {
      containers: [{ name: "a", resources: sized }],
    });
    const [top] = placedDeployment("greedy", ["worker"], {
      containers: [{ name: "a", resources: { limits: small } }],
    });
    const kube = new FakeKube([...nodes, top, set, ...pods]);
    expect(await requests.observe(spec, fakeCheckContext({ kube }))).toEqual([]);
  });

  it("says with numbers why it is Pending", async () => {
    const containers = [{ name: "a", resources: { requests: { cpu: "500", memory: "2Ti" } } }];
    const [top, set, greedy] = placedDeployment("greedy", ["worker"], { containers });
    const [, , other] = placedDeployment("other", ["worker"], {
      containers: [{ name: "o", resources: { requests: { cpu: "500m", memory: "1Gi" } } }],
    });
    const [, , third] = placedDeployment("third", ["worker2"], {
      containers: [{ name: "t", resources: { requests: { cpu: "1", memory: "512Mi" } } }],
    });
    if (!greedy || !other || !third) throw new Error("no pods");
    const said = "0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient memory. preemption: 0/2";
    const kube = new FakeKube([...nodes, top, set, pending(greedy, said), other, third]);
    const [finding] = await requests.observe(spec, fakeCheckContext({ kube }));
    expect(finding?.message).toContain(
      "it requests cpu 500 (at most 1.5 is free on one node) and memory 2Ti (at most 7.5Gi is free on one node)",
    );
    expect(finding?.message).toContain("2 Insufficient memory");
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(requests.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
