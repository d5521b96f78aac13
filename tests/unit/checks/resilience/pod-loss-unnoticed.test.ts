import { describe, expect, it } from "vitest";
import { podLossUnnoticed } from "../../../../src/checks/resilience/pod-loss-unnoticed-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment, ownedBy, pod, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { page, refused } from "../../../support/fake-probe.ts";
import { keepEndpoints } from "../../../support/keep-endpoints.ts";

const spec = podLossUnnoticed.spec.parse({ kind: "pod-loss-unnoticed", deployment: "web", service: "web" });

function setUp({ replicas = 3, comesBack = true } = {}) {
  const [top, set, ...pods] = deployment({ name: "web", replicas });
  const fresh = pod({ name: "web-6d4f-new", owner: ownedBy(set) });
  const kube = keepEndpoints(
    new FakeKube([top, set, ...pods, service({ name: "web" })], {
      onRemove: (_, fake) => comesBack && fake.add(fresh),
    }),
  );
  return { kube, context: fakeCheckContext({ kube }) };
}

describe("pod-loss-unnoticed", () => {
  it("disturbs nothing while the Service leads to other pods, or to more than the Deployment's", async () => {
    const { kube, context } = setUp();
    const labels = { app: "decoy" };
    kube.add(pod({ name: "decoy", labels }), service({ name: "web", selector: labels }));
    expect(await podLossUnnoticed.observe(spec, context)).toMatchObject([{ reason: "other-endpoints" }]);
    kube.add(pod({ name: "decoy" }), service({ name: "web" }));
    const [finding] = await podLossUnnoticed.observe(spec, context);
    expect(finding?.message).toContain("It also leads to decoy.");
    expect(kube.writes).toEqual([]);
    expect(context.traffic.started).toEqual([]);
  });

  it("deletes one pod under traffic and passes when nobody noticed", async () => {
    const { kube, context } = setUp();
    expect(await podLossUnnoticed.observe(spec, context)).toEqual([]);
    expect(kube.writesBesideJournal).toEqual(["remove Pod lab-test/web-6d4f-0"]);
    expect(context.said).toContain(
      "0 of 2000 requests failed while pod web-6d4f-0 was deleted and replaced.",
    );
  });

  it("fails with the count and the cause when requests were lost", async () => {
    const { context } = setUp({ replicas: 1 });
    context.traffic.report = { ...context.traffic.report, failures: 40, kinds: ["40 × no answer"] };
    const [finding] = await podLossUnnoticed.observe(spec, context);
    expect(finding?.message).toContain("40 of 2000 requests failed (40 × no answer). There is one replica");
  });

  it("fails when the pod is not replaced, though nobody noticed", async () => {
    const { context } = setUp({ comesBack: false });
    expect(await podLossUnnoticed.observe(spec, context)).toMatchObject([{ actual: "2 Ready pods" }]);
  });

  it("begins when the nodes have forgotten the pods of before: their silence is not this experiment's", async () => {
    const { context } = setUp();
    const knownAt = context.clock.now() + 4000;
    context.probe.answer = () => (context.clock.now() < knownAt ? refused : page("web"));
    const { traffic } = context;
    const start = traffic.start.bind(traffic);
    let began = 0;
    traffic.start = (options) => {
      began = context.clock.now();
      return start(options);
    };
    expect(await podLossUnnoticed.observe(spec, context)).toEqual([]);
    expect(began).toBeGreaterThanOrEqual(knownAt);
  });

  it("begins all the same with a Service that never answers everybody: the count tells", async () => {
    const { context } = setUp();
    await podLossUnnoticed.observe(spec, context);
    expect(context.traffic.started).toHaveLength(1);
  });

  it("is errored when the count was lost", async () => {
    const { context } = setUp();
    const lost = new EnvironmentError({ message: "the load pod was lost", hint: "check again" });
    context.traffic.start = () => Promise.resolve({ stop: () => Promise.reject(lost) });
    await expect(podLossUnnoticed.observe(spec, context)).rejects.toThrow(lost);
  });
});
