import { expect, it } from "vitest";
import { watchLab } from "../../../src/lifecycle/watch-lab.ts";
import { parseLab } from "../../../src/lab/parse.ts";
import type { LabRun } from "../../../src/lifecycle/lab-run.ts";
import { deployment, ownedBy, pod } from "../../support/cluster-objects.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";

const lab = `apiVersion: labctl.dev/v1
kind: Lab
id: test
title: One experiment
asks: [heal]
exercises:
  - id: replaced
    title: Replaced
    objective: A pod comes back.
    points: 1
    docs: https://kubernetes.io/docs/
    hints: [a, b]
    checks: [{ kind: pod-replaced, deployment: web, replicas: { atLeast: 1 }, withinSeconds: 1 }]
`;

function runOf(world: FakeWorld): LabRun {
  const parsed = parseLab(lab, { file: "test", known: { images: [], charts: [], addons: [], tools: [] } });
  if (!parsed.ok) throw new Error("no lab");
  return { lab: { ...parsed.lab, folder: "/labs" }, namespace: "lab-test", context: fakeStepContext(world) };
}

it("runs a failed experiment again only after the student has changed something", async () => {
  await using world = await FakeWorld.create();
  const [top, set, ...pods] = deployment({ name: "web", replicas: 2 });
  world.kube.add(top, set, ...pods);
  const replacement = pod({ name: "web-6d4f-new", owner: ownedBy(set), ip: "10.244.1.9" });
  const removals = (): number => world.kube.writes.filter((write) => write.startsWith("remove Pod")).length;
  // Nothing brings the pod back but a hand; the student's own edit raises the generation.
  const edit = (): void => {
    world.kube.behaviour.onRemove = (_, kube) => kube.add(replacement);
    world.kube.add({ ...top, metadata: { ...top.metadata, generation: 2 } }, ...pods);
  };
  const seen: string[] = [];
  const report = await watchLab(runOf(world), {}, async ({ status }) => {
    seen.push(`${status} ${removals()}`);
    if (seen.length === 3) edit();
    if (seen.length > 6) throw new Error(JSON.stringify(seen));
  });
  expect(seen).toEqual(["failed 1", "failed 1", "failed 1", "passed 2"]);
  expect(report.status).toBe("passed");
});
