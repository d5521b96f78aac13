import { describe, expect, it } from "vitest";
import { lossCause } from "../../../src/diagnosis/rollout-cause.ts";
import type { Workload } from "../../../src/kube/objects.ts";
import { deployment } from "../../support/cluster-objects.ts";

const probed = { readinessProbe: { httpGet: { path: "/", port: 80 } } };
const sleeping = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });

/** A Deployment of three whose containers have these fields. */
function withContainers(...fields: readonly object[]): Workload {
  const [made] = deployment({ name: "web" });
  const { spec } = made;
  const [first] = spec.template.spec.containers;
  const containers = fields.map((each) => ({ ...first, ...each }));
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...made, spec: { ...spec, template } } as Workload;
}

describe("lossCause", () => {
  it("tells that nothing keeps old pods serving", () => {
    expect(lossCause(withContainers(probed))).toContain("no container has a preStop hook");
  });

  it.each([
    ["a hook of its own", sleeping(5), "5 s"],
    ["a command", { lifecycle: { preStop: { exec: { command: ["sleep", "2"] } } } }, "2 s"],
    ["a shell", { lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 3; echo"] } } } }, "3 s"],
  ])("tells that patience is too short in %s", (_, hook, told) => {
    expect(lossCause(withContainers(probed, { ...probed, ...hook }))).toBe(
      `Its preStop hook keeps old pods serving for ${told} only, and a node that is busy takes longer to hear that they are gone; 15 s are safe.`,
    );
  });

  it.each([
    ["long patience", sleeping(15)],
    [
      "a hook that does something else",
      { lifecycle: { preStop: { httpGet: { path: "/drain", port: 80 } } } },
    ],
  ])("knows no reason where there is %s", (_, hook) => {
    expect(lossCause(withContainers({ ...probed, ...hook }))).toContain("Its spec shows no reason");
  });

  it("tells of short patience only where nothing else is wrong", () => {
    expect(lossCause(withContainers(sleeping(5)))).toBe(
      "No container has a readiness probe: new pods get requests before they can answer.",
    );
  });
});
