import { describe, expect, it } from "vitest";
import { restartedWhenWedged } from "../../../../src/checks/resilience/restarted-when-wedged-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Pod } from "../../../../src/kube/objects.ts";
import { afterAWhile } from "../../../support/after-a-while.ts";
import { deployment, ownedBy, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page, refused } from "../../../support/fake-probe.ts";

const spec = restartedWhenWedged.spec.parse({ kind: "restarted-when-wedged", deployment: "web", port: 8080 });
const [top, set, ...pods] = deployment({ name: "web" });
const [victim, other] = pods as [Pod, Pod, Pod];

const withProbe = (livenessProbe: unknown) =>
  pods.map((each) => ({ ...each, spec: { ...each.spec, containers: [{ name: "main", livenessProbe }] } }));

const restarted = (each: Pod): Pod => ({
  ...each,
  status: {
    ...each.status,
    containerStatuses: (each.status?.containerStatuses ?? []).map((status) => ({
      ...status,
      restartCount: status.restartCount + 1,
    })),
  },
});

function setUp(objects: readonly Pod[] = pods) {
  const replacement = pod({ name: "web-6d4f-new", owner: ownedBy(set) });
  const kube = new FakeKube([top, set, ...objects], {
    onRemove: ({ kind }, fake) => kind === "Pod" && fake.add(replacement),
  });
  let isWedged = false;
  const probe = new FakeProbe(({ url }) => {
    if (url.endsWith("/wedge")) isWedged = true;
    else if (isWedged) return refused;
    return page("ok");
  });
  const context = fakeCheckContext({ kube, probe });
  const restart = (...which: readonly Pod[]) => {
    isWedged = false;
    kube.add(...which.map(restarted));
  };
  return { kube, probe, context, restart };
}

describe("restarted-when-wedged", () => {
  it("passes when the pod is restarted and answers again, and says how long it took", async () => {
    const { kube, context, restart } = setUp();
    afterAWhile(context.clock, 15_000, () => {
      restart(victim);
    });
    expect(await restartedWhenWedged.observe(spec, context)).toEqual([]);
    expect(context.said).toEqual([
      `wedging pod ${victim.metadata.name} by /wedge`,
      `The wedged pod ${victim.metadata.name} was restarted and answered again after 15 s.`,
    ]);
    expect(kube.writesBesideJournal).toEqual([]);
  });

  it("fails when another pod was restarted as well", async () => {
    const { context, restart } = setUp();
    afterAWhile(context.clock, 15_000, () => {
      restart(victim, other);
    });
    expect(await restartedWhenWedged.observe(spec, context)).toMatchObject([
      { object: `Pod/${other.metadata.name}`, actual: "restarted as well" },
    ]);
  });

  it.each([
    ["no probe", undefined, "No container has a liveness probe"],
    ["a probe that only knocks", { tcpSocket: { port: 8080 } }, "only opens a connection"],
    ["a patient probe", { httpGet: { port: 8080 }, periodSeconds: 60 }, "needs up to 181 s"],
    ["a probe of something else", { httpGet: { path: "/x", port: 8080 } }, "asks for GET /x on port 8080"],
  ])("fails with the cause for %s, and replaces the pod that hangs", async (_, livenessProbe, cause) => {
    const { kube, context } = setUp(withProbe(livenessProbe));
    const [finding, ...more] = await restartedWhenWedged.observe(spec, context);
    expect(finding?.message).toContain(cause);
    expect(more).toEqual([]);
    expect(kube.writesBesideJournal).toEqual([`remove Pod lab-test/${victim.metadata.name}`]);
  });

  it("fails when the application does not know the path", async () => {
    const { probe, context } = setUp();
    probe.answer = () => page("not found", {}, 404);
    expect(await restartedWhenWedged.observe(spec, context)).toMatchObject([{ actual: "status 404" }]);
  });

  it("disturbs nothing that is not at rest, or not there", async () => {
    const late = { ...top, status: { ...top.status, updatedReplicas: 1 } };
    const rolling = fakeCheckContext({ kube: new FakeKube([late, set, ...pods]) });
    expect(await restartedWhenWedged.observe(spec, rolling)).toMatchObject([{ path: "status" }]);
    const none = fakeCheckContext();
    expect(await restartedWhenWedged.observe(spec, none)).toMatchObject([{ actual: "not found" }]);
    expect(rolling.said).toEqual([]);
  });

  it("is errored when the pod cannot be asked", async () => {
    const { probe, context } = setUp();
    probe.answer = () => {
      throw new EnvironmentError({ message: "no probe pod", hint: "labctl up" });
    };
    await expect(restartedWhenWedged.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
