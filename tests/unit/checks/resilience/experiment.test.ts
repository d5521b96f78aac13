import { describe, expect, it } from "vitest";
import { experiment } from "../../../../src/checks/resilience/experiment-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Workload } from "../../../../src/kube/objects.ts";
import {
  deletion,
  fails,
  finding,
  finds,
  passes,
  program,
  rollout,
  setUpExperiment,
} from "../../../support/lab-experiment.ts";
import type { FakeProgram } from "../../../support/lab-programs.ts";

describe("an experiment with nothing meanwhile", () => {
  it("passes where what is disturbed comes back, and says beforehand what it does", async () => {
    const { observe, context, expectAsBefore } = setUpExperiment();
    expect(await observe({ do: [deletion, rollout] })).toEqual([]);
    await expectAsBefore();
    expect(context.said).toContain("deleting a pod of Deployment web");
    expect(context.said).toContain("rolling Deployment web to v1 and to v2 again");
  });

  it("disturbs nothing that is not at rest", async () => {
    const { kube, observe, isDisturbed } = setUpExperiment({ programs: { before: passes } });
    const deployment = kube.objects.get("Deployment lab-test/web") as Workload;
    kube.add({ ...deployment, status: { ...deployment.status, updatedReplicas: 1 } });
    const [found] = await observe({ before: [program("before")], do: [deletion] });
    expect(found).toMatchObject({ object: "Deployment/web", reason: "not-at-rest" });
    expect(kube.writes).toEqual([]);
    expect(isDisturbed()).toBe(false);
  });

  it("wants those at rest that steady names, beside those that do names", async () => {
    const { kube, observe } = setUpExperiment();
    const [found] = await observe({ steady: ["worker"], do: [deletion] });
    expect(found).toMatchObject({ object: "Deployment/worker", actual: "not found" });
    expect(kube.writes).toEqual([]);
  });

  it("fails with what a disturbance found, and does no other after it", async () => {
    const { observe, kube, isDisturbed } = setUpExperiment();
    const unknown = { roll: { deployment: "web", env: { name: "MODE", from: "a", to: "b" } } };
    const [found, ...others] = await observe({ do: [unknown, deletion], then: [] });
    expect(found).toMatchObject({ reason: "version-not-in-template" });
    expect(others).toEqual([]);
    expect(isDisturbed()).toBe(false);
    expect(kube.writes).toEqual([]);
  });
});

describe("programs before it", () => {
  it("get the values of those before them, and give theirs to those after it", async () => {
    const tells = (values: object): FakeProgram =>
      async function* () {
        yield { value: values };
        yield { done: true };
        return 0;
      };
    const programs = { one: tells({ tally: 1 }), two: tells({ voters: 2 }), settled: passes };
    const { observe, told } = setUpExperiment({ programs });
    const then = [{ kind: "program", ...program("settled") }];
    expect(await observe({ before: [program("one"), program("two")], do: [deletion], then })).toEqual([]);
    expect(told.map(({ task }) => task.before)).toEqual([
      {},
      { tally: 1 },
      {
        tally: 1,
        voters: 2,
        done: { deleted: [expect.any(String)], rolled: [], complete: true },
      },
    ]);
  });

  it("end it by a finding, before anything is disturbed", async () => {
    const { observe, told, isDisturbed } = setUpExperiment({ programs: { one: finds, two: passes } });
    expect(await observe({ before: [program("one"), program("two")], do: [deletion] })).toEqual([finding]);
    expect(told).toHaveLength(1);
    expect(isDisturbed()).toBe(false);
  });

  it("make it errored where they come to no proper end", async () => {
    const { observe, isDisturbed, expectAsBefore } = setUpExperiment({ programs: { one: fails } });
    await expect(observe({ before: [program("one")], do: [deletion] })).rejects.toThrow(EnvironmentError);
    expect(isDisturbed()).toBe(false);
    await expectAsBefore();
  });
});

describe("counted requests", () => {
  const counted = (more: object = {}) => ({
    while: { traffic: { service: "web", atLeast: 1000 } },
    do: [rollout],
    ...more,
  });

  it("passes where none is lost, and says how many there were", async () => {
    const { observe, context, expectAsBefore } = setUpExperiment();
    expect(await observe(counted())).toEqual([]);
    expect(context.said).toContain(
      "0 of 2000 requests failed while labctl was rolling Deployment web to v1 and to v2 again.",
    );
    await expectAsBefore();
  });

  it("fails with the count, and every reason that the Deployment behind the Service shows", async () => {
    const { observe, context, expectAsBefore } = setUpExperiment();
    context.traffic.report = { ...context.traffic.report, failures: 12, kinds: ["12 × no answer"] };
    const [found, ...others] = await observe(
      counted({ then: [{ kind: "workload", deployment: "absent", replicas: { exactly: 1 } }] }),
    );
    expect(found).toMatchObject({
      object: "Service/web",
      reason: "requests-lost",
      actual: "12 of 2000 requests failed (12 × no answer)",
      next: "kubectl -n lab-test get deployment web -o yaml",
    });
    expect(found?.message).toMatch(
      /^While labctl was rolling .*, 12 of 2000 requests failed .*No container has a readiness probe/,
    );
    expect(others).toEqual([]);
    await expectAsBefore();
  });

  it("does it again where a busy machine sent too few, and is errored where that does not help", async () => {
    const { observe, context } = setUpExperiment();
    context.traffic.report = { ...context.traffic.report, requests: 400 };
    expect(await observe(counted())).toEqual([]);
    expect(context.traffic.started).toHaveLength(3);
    context.traffic.report = { ...context.traffic.report, requests: 100 };
    await expect(observe(counted())).rejects.toThrow("Only 300 of 1000 requests could be sent");
  });

  it("fails without the Service, with nothing disturbed", async () => {
    const { observe, kube } = setUpExperiment();
    const found = await observe(counted({ while: { traffic: { service: "shop" } } }));
    expect(found).toMatchObject([{ object: "Service/shop", actual: "not found" }]);
    expect(kube.writes).toEqual([]);
  });
});

describe("what is looked at then", () => {
  it("tells everything that is found", async () => {
    const { observe } = setUpExperiment({ programs: { after: finds } });
    const then = [
      { kind: "workload", deployment: "absent", replicas: { exactly: 1 } },
      { kind: "program", ...program("after") },
    ];
    expect((await observe({ do: [deletion], then })).map(({ object }) => object)).toEqual([
      "Deployment/absent",
      "Service/web",
    ]);
  });

  it("is errored by a look that cannot be made", async () => {
    const { observe, expectAsBefore } = setUpExperiment({ programs: { after: fails } });
    const then = [{ kind: "program", ...program("after") }];
    await expect(observe({ do: [deletion], then })).rejects.toThrow("ended with exit code 1");
    await expectAsBefore();
  });
});

describe("what stands in lab.yaml", () => {
  const problems = (wanted: object) => {
    const parsed = experiment.spec.safeParse({ kind: "experiment", do: [deletion], ...wanted });
    return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
  };
  const named = [{ delete: { pods: { named: "victim" } } }];

  it.each([
    ["nothing that is disturbed", { do: [] }],
    ["a disturbance that there is not", { do: [{ explode: {} }] }],
    ["two things meanwhile", { while: { traffic: { service: "web" }, program: program("along") } }],
  ])("is refused with %s", (_, wanted) => {
    expect(problems(wanted)).not.toEqual([]);
  });

  it("is refused where no program can tell the pods' names", () => {
    const message = "no program before it, nor one that goes along, can tell victim";
    expect(problems({ do: named })).toEqual([`do.0.delete.pods.named: ${message}`]);
    expect(problems({ do: named, before: [program("before")] })).toEqual([]);
    expect(problems({ do: named, while: { program: program("along") } })).toEqual([]);
  });

  it.each([
    ["an experiment", { kind: "experiment", do: [deletion] }],
    ["a kind that disturbs", { kind: "pod-replaced", deployment: "web", replicas: { exactly: 1 } }],
    ["a kind that there is not", { kind: "nothing" }],
  ])("is refused with %s in then", (_, look) => {
    expect(problems({ then: [look] })).toEqual([
      "then.0.kind: no kind of check that may stand here: it only looks, and disturbs nothing",
    ]);
  });
});
