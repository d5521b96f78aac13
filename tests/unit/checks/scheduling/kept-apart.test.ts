import { describe, expect, it } from "vitest";
import { keptApart } from "../../../../src/checks/scheduling/kept-apart-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { DisruptionBudgetError } from "../../../../src/kube/errors.ts";
import { ownedBy, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { placedDeployment } from "../../../support/placed-pods.ts";

const spec = keptApart.spec.parse({ kind: "kept-apart", deployment: "pair", replicas: { exactly: 2 } });
const [top, set, ...pods] = placedDeployment("pair", ["worker", "worker2"]);
const successor = (node: string) => pod({ name: "pair-6d4f-new", owner: ownedBy(set), node });

const clusterWith = (...after: readonly ReturnType<typeof successor>[]) =>
  new FakeKube([top, set, ...pods], { onRemove: (_, fake) => void fake.add(...after) });

describe("kept-apart", () => {
  it("evicts one pod, and passes when the new one is on a node of its own", async () => {
    const kube = clusterWith(successor("worker"));
    expect(await keptApart.observe(spec, fakeCheckContext({ kube }))).toEqual([]);
    expect(kube.writesBesideJournal).toEqual(["evict Pod lab-test/pair-6d4f-0"]);
  });

  it("fails when the eviction brought them together", async () => {
    const kube = clusterWith(successor("worker2"));
    expect(await keptApart.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { actual: "2 on worker2" },
    ]);
  });

  it("fails when nothing comes back", async () => {
    const [finding] = await keptApart.observe(spec, fakeCheckContext({ kube: clusterWith() }));
    expect(finding?.message).toContain("labctl evicted pod pair-6d4f-0");
  });

  it("disturbs nothing that is not healthy", async () => {
    const kube = new FakeKube([top, set, ...pods.slice(1)]);
    expect(await keptApart.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { actual: "1 Ready of 1" },
    ]);
    expect(kube.writesBesideJournal).toEqual([]);
  });

  const budget = { message: "no", lastSeen: "The disruption budget pair needs 2 healthy pods", hint: "none" };

  it("fails when a disruption budget does not allow the eviction, and changes nothing", async () => {
    const kube = clusterWith();
    kube.evict = () => Promise.reject(new DisruptionBudgetError(budget));
    const [finding] = await keptApart.observe(spec, fakeCheckContext({ kube }));
    expect(finding).toMatchObject({ reason: "eviction-forbidden", actual: budget.lastSeen });
    expect(kube.writesBesideJournal).toEqual([]);
  });

  it("evicts once the budget has counted the pods that have just become Ready", async () => {
    const kube = clusterWith(successor("worker"));
    const evict = kube.evict.bind(kube);
    let asked = 0;
    kube.evict = (one) => (asked++ < 2 ? Promise.reject(new DisruptionBudgetError(budget)) : evict(one));
    expect(await keptApart.observe(spec, fakeCheckContext({ kube }))).toEqual([]);
  });

  it("is errored when the API server does not evict for another reason", async () => {
    const kube = clusterWith();
    kube.evict = () => Promise.reject(new EnvironmentError({ message: "policy", hint: "none" }));
    await expect(keptApart.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
