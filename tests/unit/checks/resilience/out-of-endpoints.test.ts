import { describe, expect, it } from "vitest";
import { outOfEndpoints } from "../../../../src/checks/resilience/out-of-endpoints-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Pod } from "../../../../src/kube/objects.ts";
import { afterAWhile } from "../../../support/after-a-while.ts";
import { deployment, service, slice } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page } from "../../../support/fake-probe.ts";

const spec = outOfEndpoints.spec.parse({
  kind: "out-of-endpoints",
  deployment: "web",
  service: "web",
  podPort: 8080,
});
const [top, set, ...pods] = deployment({ name: "web" });
const web = service({ name: "web" });

function setUp() {
  const kube = new FakeKube([top, set, ...pods, web, slice(web, pods)]);
  const context = fakeCheckContext({ kube, probe: new FakeProbe(() => page("ok")) });
  const leave = () => kube.add(slice(web, pods.slice(1)));
  return { kube, context, leave };
}

function restartedPod(restartCount: number): Pod {
  const [first] = pods as readonly Pod[];
  if (!first) throw new Error("no pod");
  const containerStatuses = first.status?.containerStatuses?.map((each) => ({ ...each, restartCount })) ?? [];
  return { ...first, status: { ...first.status, containerStatuses } };
}

describe("out-of-endpoints", () => {
  it("passes when the pod leaves and no request fails, and turns the pod ready again", async () => {
    const { context, leave } = setUp();
    afterAWhile(context.clock, 6000, leave);
    expect(await outOfEndpoints.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toBe("0 of 2000 requests failed while pod web-6d4f-0 was unready.");
    expect(context.probe.asked.at(-1)?.url).toBe("http://10.244.1.1:8080/unready?seconds=0");
    expect(context.traffic.started).toMatchObject([{ url: "http://10.96.0.10:80/", namespace: "lab-test" }]);
  });

  it("fails when the pod stays, with the cause", async () => {
    const { context } = setUp();
    const [finding] = await outOfEndpoints.observe(spec, context);
    expect(finding).toMatchObject({ actual: "still in the endpoints" });
    expect(finding?.message).toContain("No container has a readiness probe");
  });

  it("fails when requests are lost, with their count", async () => {
    const { context, leave } = setUp();
    afterAWhile(context.clock, 3000, leave);
    context.traffic.report = { ...context.traffic.report, failures: 12, kinds: ["12 × no answer"] };
    const [finding] = await outOfEndpoints.observe(spec, context);
    expect(finding?.actual).toBe("12 of 2000 requests failed (12 × no answer)");
  });

  it.each([
    ["asks for no CPU where nobody was restarted", 0, /did not answer in time\. No container asks for CPU/],
    ["was restarted", 1, /Pod web-6d4f-0 was restarted meanwhile: a liveness probe must not/],
  ])("tells of a pod that %s", async (_, restarts, why) => {
    const { kube, context, leave } = setUp();
    afterAWhile(context.clock, 3000, leave);
    afterAWhile(context.clock, 4000, () => kube.add(restartedPod(restarts)));
    context.traffic.report = { ...context.traffic.report, failures: 2, kinds: ["2 × no answer"] };
    const [finding] = await outOfEndpoints.observe(spec, context);
    expect(finding?.message).toMatch(why);
    expect(finding?.message).not.toContain("preStop");
  });

  it("fails without a Service, and asks nothing of the pods", async () => {
    const { kube, context } = setUp();
    kube.forget({ kind: "Service", name: "web", namespace: "lab-test" });
    expect(await outOfEndpoints.observe(spec, context)).toMatchObject([{ object: "Service/web" }]);
    expect(context.probe.asked).toEqual([]);
  });

  it("is errored when there can be no traffic", async () => {
    const { context } = setUp();
    context.traffic.start = () =>
      Promise.reject(new EnvironmentError({ message: "no load pod", hint: "labctl up" }));
    await expect(outOfEndpoints.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
