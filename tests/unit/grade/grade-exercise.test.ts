import { expect, it } from "vitest";
import type { CheckSpec } from "../../../src/checks/index.ts";
import { gradeExercise } from "../../../src/grade/grade-exercise.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import { deployment } from "../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { FakeProbe, page } from "../../support/fake-probe.ts";

const served: CheckSpec = {
  kind: "pods-serve",
  deployment: "web",
  port: 80,
  path: "/",
  replicas: { exactly: 150 },
  expect: { status: 200, body: /nothing/u },
};

const grade = (probe: FakeProbe) => {
  const kube = new FakeKube(deployment({ name: "web", replicas: 150 }));
  const exercise = {
    id: "a",
    title: "A",
    objective: "Do it.",
    points: 1,
    docs: "",
    hints: [],
    requires: [],
    checks: [served],
  };
  return gradeExercise({
    exercise,
    context: fakeCheckContext({ kube, probe }),
    results: new Map(),
    phase: "checks",
  });
};

it("tells as much of what others wrote as a person reads, and no more", async () => {
  let asked = 0;
  const long = () => page(`${String(asked++)} ${"🧨".repeat(500_000)}`);
  const result = await grade(new FakeProbe(long));
  expect(result.findings).toHaveLength(100);
  expect(result.observations).toEqual(["50 more findings are not shown."]);
  expect(JSON.stringify(result).length).toBeLessThan(1_000_000);
});

it("tells no more of an error", async () => {
  const result = await grade(
    new FakeProbe(() => {
      throw new EnvironmentError({ message: "x".repeat(5_000_000), hint: "again" });
    }),
  );
  expect(result.status).toBe("errored");
  expect(result.reason?.length).toBeLessThan(3000);
});
