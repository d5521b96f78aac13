import { describe, expect, it } from "vitest";
import { rolloutWithoutLoss } from "../../../../src/checks/resilience/rollout-without-loss-spec.ts";
import { readJournal } from "../../../../src/disturb/journal.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Workload } from "../../../../src/kube/objects.ts";
import { deployment, ownedBy, pod, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { keepEndpoints } from "../../../support/keep-endpoints.ts";

const spec = rolloutWithoutLoss.spec.parse({
  kind: "rollout-without-loss",
  deployment: "web",
  service: "web",
});

interface Played {
  readonly replicas?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** New pods that a rollout brings; fewer than asked for: it gets stuck. */
  readonly comes?: number;
}

/** Plays the Deployment's controller: each change of the template brings new pods at once. */
function setUp({ replicas = 4, fields = {}, comes = replicas }: Played = {}) {
  const [made, set, ...pods] = deployment({ name: "web", replicas });
  const top = { ...made, spec: { ...made.spec, ...fields } } as Workload;
  let round = 0;
  let template = JSON.stringify(top.spec.template);
  const kube = keepEndpoints(
    new FakeKube([top, set, ...pods, service({ name: "web" })], {
      onPatch: (object, fake) => {
        const now = JSON.stringify(
          object.kind === "Deployment" ? (object as Workload).spec.template : template,
        );
        if (now === template) return;
        template = now;
        round++;
        for (const each of [...fake.objects.values()].filter(
          ({ kind }) => kind === "ReplicaSet",
        ) as Workload[])
          fake.add({ ...each, spec: { ...each.spec, replicas: 0 }, status: { replicas: 0 } });
        for (const each of [...fake.objects.values()].filter(({ kind }) => kind === "Pod"))
          fake.forget({ kind: "Pod", ...each.metadata });
        fake.add(...newSet(object as Workload, set, round));
      },
    }),
  );
  const newSet = (object: Workload, old: Workload, number: number): readonly KubeObject[] => {
    const metadata = { ...old.metadata, name: `web-${String(number)}`, uid: `uid-web-${String(number)}` };
    const fresh = { ...old, metadata, spec: object.spec };
    const names = Array.from({ length: comes }, (_, index) => `web-${String(number)}-${String(index)}`);
    return [fresh, ...names.map((name) => pod({ name, owner: ownedBy(fresh) }))];
  };
  return { kube, context: fakeCheckContext({ kube }) };
}

describe("rollout-without-loss", () => {
  it("disturbs nothing while the Service leads to other pods, or to more than the Deployment's", async () => {
    const { kube, context } = setUp();
    const labels = { app: "decoy" };
    kube.add(pod({ name: "decoy", labels }), service({ name: "web", selector: labels }));
    expect(await rolloutWithoutLoss.observe(spec, context)).toMatchObject([{ reason: "other-endpoints" }]);
    kube.add(pod({ name: "decoy" }), service({ name: "web" }));
    const [finding] = await rolloutWithoutLoss.observe(spec, context);
    expect(finding?.message).toContain("It also leads to decoy.");
    expect(kube.writes).toEqual([]);
    expect(context.traffic.started).toEqual([]);
  });

  it("restarts, takes the restart back, and passes when nobody noticed", async () => {
    const { kube, context } = setUp();
    expect(await rolloutWithoutLoss.observe(spec, context)).toEqual([]);
    expect(kube.writesBesideJournal).toEqual([
      "patch Deployment lab-test/web",
      "patch Deployment lab-test/web",
      "remove ReplicaSet lab-test/web-1",
    ]);
    expect(await readJournal(kube)).toEqual([]);
    expect(context.said.at(-1)).toBe(
      "0 of 2000 requests failed while the rollout was restarted and taken back; at least 4 pods were Ready at any time.",
    );
    const after = await kube.read({ kind: "Deployment", namespace: "lab-test", name: "web" });
    expect(JSON.stringify(after)).not.toContain("restartedAt");
  });

  it("keeps a short history whole", async () => {
    const { kube, context } = setUp({ fields: { revisionHistoryLimit: 1 } });
    expect(await rolloutWithoutLoss.observe(spec, context)).toEqual([]);
    expect(kube.writesBesideJournal.at(-1)).toBe("patch Deployment lab-test/web");
    expect(await kube.read({ kind: "Deployment", namespace: "lab-test", name: "web" })).toMatchObject({
      spec: { revisionHistoryLimit: 1 },
    });
  });

  it("fails with the count and every reason that the spec shows", async () => {
    const { context } = setUp({ fields: { strategy: { type: "Recreate" } } });
    context.traffic.report = { ...context.traffic.report, failures: 312, kinds: ["312 × no answer"] };
    const [finding] = await rolloutWithoutLoss.observe(spec, context);
    expect(finding?.actual).toBe("312 of 2000 requests failed (312 × no answer)");
    expect(finding?.message).toContain("Its strategy Recreate ends all old pods");
    expect(finding?.message).toContain("No container has a readiness probe");
    expect(finding?.message).toContain("no container has a preStop hook");
  });

  it("fails when too few pods were Ready, and a rollout that gets stuck is told", async () => {
    const { context } = setUp({ comes: 2 });
    const findings = await rolloutWithoutLoss.observe(spec, context);
    expect(findings[0]?.message).toContain("was not over within 120 s");
    expect(findings.at(-1)).toMatchObject({ path: "spec.strategy", actual: "2 at the least" });
  });

  it("does it again where a busy machine sent too few requests, and counts them all", async () => {
    const { context } = setUp();
    context.traffic.report = { ...context.traffic.report, requests: 1900 };
    expect(await rolloutWithoutLoss.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toContain("0 of 3800 requests failed");
    expect(context.traffic.started).toHaveLength(2);
  });

  it("does not do it again where requests were lost", async () => {
    const { context } = setUp();
    const lost = { requests: 900, failures: 1, kinds: ["1 × no answer"] };
    context.traffic.report = { ...context.traffic.report, ...lost };
    expect(await rolloutWithoutLoss.observe(spec, context)).toMatchObject([
      { actual: "1 of 900 requests failed (1 × no answer)" },
    ]);
  });

  it("is errored when too few requests could be sent to prove anything", async () => {
    const { context } = setUp();
    context.traffic.report = { ...context.traffic.report, requests: 300 };
    await expect(rolloutWithoutLoss.observe(spec, context)).rejects.toThrow(EnvironmentError);
    await expect(rolloutWithoutLoss.observe(spec, context)).rejects.toThrow("Only 900 of 2000 requests");
  });

  it("fails without a Deployment, and sends nothing", async () => {
    const context = fakeCheckContext();
    expect(await rolloutWithoutLoss.observe(spec, context)).toMatchObject([{ actual: "not found" }]);
    expect(context.traffic.started).toEqual([]);
  });
});
