import { describe, expect, it } from "vitest";
import { autoscaled } from "../../../../src/checks/resilience/autoscaled-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Condition, KubeObject, Pod } from "../../../../src/kube/objects.ts";
import { deployment, namespace, ownedBy, pod, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { keepEndpoints } from "../../../support/keep-endpoints.ts";

const spec = autoscaled.spec.parse({
  kind: "autoscaled",
  deployment: "worker",
  service: "worker",
  path: "/burn",
  min: 1,
  max: 4,
  atLeast: 3,
});
const [top, set, only] = deployment({ name: "worker", replicas: 1 });
const asking = (each: Pod): Pod => ({
  ...each,
  spec: { ...each.spec, containers: [{ name: "main", resources: { requests: { cpu: "100m" } } }] },
});
const more = [1, 2].map((index) =>
  asking(pod({ name: `worker-6d4f-${String(index)}`, owner: ownedBy(set) })),
);

interface HpaOptions {
  readonly target?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly conditions?: readonly Condition[];
  readonly desired?: number;
}

const utilization = { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } };

function hpa({ target = "worker", conditions, desired = 1, ...options }: HpaOptions = {}): KubeObject {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "busy", namespace },
    spec: {
      scaleTargetRef: { kind: "Deployment", name: target },
      maxReplicas: 4,
      metrics: [{ type: "Resource", resource: utilization }],
      ...options.spec,
    },
    status: {
      desiredReplicas: desired,
      conditions: conditions ?? [{ type: "ScalingActive", status: "True" }],
    },
  };
}

function setUp(autoscalers: readonly KubeObject[] = [hpa()], worker = asking(only as Pod)) {
  const kube = keepEndpoints(new FakeKube([top, set, worker, service({ name: "worker" }), ...autoscalers]));
  const context = fakeCheckContext({ kube });
  const { traffic } = context;
  const start = traffic.start.bind(traffic);
  const rise = () => {
    traffic.start = (options) => {
      kube.add(...more);
      return start(options);
    };
  };
  return { kube, context, rise };
}

describe("autoscaled", () => {
  it("passes when load makes the Ready replicas rise, by an autoscaler of any name", async () => {
    const { context, rise } = setUp();
    rise();
    expect(await autoscaled.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toContain("Ready replicas went from 1 to 3");
    expect(context.traffic.started).toMatchObject([{ url: "http://10.96.0.10:80/burn" }]);
  });

  it("waits until a load before is over: who is large already cannot rise", async () => {
    const { kube, context } = setUp();
    kube.add(...more);
    expect(await autoscaled.observe(spec, context)).toMatchObject([{ path: "spec.replicas", actual: "3" }]);
    expect(context.traffic.started).toEqual([]);
  });

  const inactive = { type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric" } as const;
  const memory = { type: "Resource", resource: { ...utilization, name: "memory" } };
  it.each([
    ["no autoscaler", [], "No HorizontalPodAutoscaler scales Deployment worker."],
    ["one of another Deployment", [hpa({ target: "web" })], "busy scales Deployment web"],
    ["one on memory", [hpa({ spec: { metrics: [memory] } })], "has no metric on CPU"],
    ["a low ceiling", [hpa({ spec: { maxReplicas: 2 } })], "maxReplicas 2, a ceiling"],
    ["a high floor", [hpa({ spec: { minReplicas: 3 } })], "minReplicas 3"],
    [
      "no measurements",
      [hpa({ conditions: [inactive] })],
      "no measurements of the pods' CPU from metrics-server",
    ],
    ["a target too high", [hpa()], "Its target is so high"],
  ])("names the missing link of the chain: %s", async (_, autoscalers, cause) => {
    const { context } = setUp(autoscalers);
    const [finding, ...rest] = await autoscaled.observe(spec, context);
    expect(finding?.message).toContain(cause);
    expect(rest).toEqual([]);
  });

  it("wants a CPU request on every container, where the target is a percentage", async () => {
    const { context } = setUp([hpa()], only);
    const [finding] = await autoscaled.observe(spec, context);
    expect(finding?.message).toContain("container main requests no CPU");
    const value = { name: "cpu", container: "main", target: { type: "AverageValue" } };
    const perContainer = hpa({
      spec: { metrics: [{ type: "ContainerResource", containerResource: value }] },
    });
    const without = setUp([perContainer], only);
    without.rise();
    expect(await autoscaled.observe(spec, without.context)).toEqual([]);
  });

  it("tells why pods that were asked for do not get Ready", async () => {
    const { kube, context } = setUp([hpa({ desired: 4 })]);
    kube.add(pod({ name: "worker-6d4f-p", owner: ownedBy(set), ready: false, node: "" }));
    const [finding] = await autoscaled.observe(spec, context);
    expect(finding?.message).toContain("is on no node");
  });

  it("is errored when there can be no load", async () => {
    const { context } = setUp();
    context.traffic.start = () =>
      Promise.reject(new EnvironmentError({ message: "no load pod", hint: "labctl up" }));
    await expect(autoscaled.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
