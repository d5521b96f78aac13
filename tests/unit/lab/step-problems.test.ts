import { describe, expect, it } from "vitest";
import { appliedFiles, stepProblems } from "../../../src/lab/step-problems.ts";
import type { Lab } from "../../../src/lab/schema.ts";

const lab = {
  id: "web",
  reset: { containers: ["my-container"], images: ["my-image", "charts/mine"] },
} as Lab;
const docker = (line: string) => stepProblems(lab, { docker: line.split(" ") });
const patch = (value: unknown) =>
  stepProblems(lab, { kubectl: ["patch", "deployment/web", `--patch=${JSON.stringify(value)}`] });

describe("docker in a step", () => {
  it.each([
    "build --tag my-image:1.0 .",
    "build --tag=localhost:5001/my-image --target a ./app",
    "run --detach --name my-container --env A=b any-image rm -rf /",
    "run any-image",
    "stop -t 1 my-container",
    "rm --force my-container",
    "tag localhost:5001/python:3.11 my-image:1.0",
    "push localhost:5001/my-image:1.0",
    "pull localhost:5001/python:3.11",
    "rmi --force my-image:1.0",
  ])("may do with the lab's own: %s", (line) => {
    expect(docker(line)).toEqual([]);
  });

  it.each([
    ["rm --force somebodys", "container somebodys is not this lab's"],
    ["rm --force my-container labctl-control-plane", "container labctl-control-plane is not this lab's"],
    ["stop -t 1 labctl-registry", "container labctl-registry is not this lab's"],
    ["start a1b2c3", "container a1b2c3 is not this lab's"],
    ["run --detach --name labctl-registry my-image", "container labctl-registry is not this lab's"],
    ["rmi postgres", "image postgres is not this lab's"],
    ["build --tag labctl/node:1 .", "image labctl/node:1 is not this lab's"],
    ["build --tag my-image --tag=localhost:5001/probe:1 .", "image localhost:5001/probe:1 is not this lab's"],
    ["tag my-image localhost:5001/probe:1", "image localhost:5001/probe:1 is not this lab's"],
    ["push localhost:5001/probe:1", "image localhost:5001/probe:1 is not this lab's"],
    ["push example.com/my-image", "image example.com/my-image is not this lab's"],
    ["push my-image", "image my-image is not this lab's"],
    ["build --tag my-image github.com/evil/x", "docker builds ., or ./<folder>"],
  ])("may not do with others': %s", (line, words) => {
    expect(docker(line)).toEqual([expect.stringContaining(words)]);
  });
});

describe("kubectl in a step", () => {
  it("patches what does not reach a node", () => {
    expect(patch({ spec: { replicas: 2, template: { spec: { hostPID: null } } } })).toEqual([]);
    expect(patch([{ op: "remove", path: "/spec/template/spec/nodeSelector" }])).toEqual([]);
    expect(patch([{ op: "add", path: "/spec/replicas", value: 2 }])).toEqual([]);
  });

  it.each([
    [{ spec: { template: { spec: { hostPID: true } } } }, "hostPID"],
    [[{ op: "add", path: "/spec/template/spec/hostPID", value: true }], "hostPID"],
    [[{ op: "add", path: "/spec/volumes/-", value: { name: "a", hostPath: { path: "/" } } }], "hostPath"],
    [[{ op: "add", path: "/a/securityContext/capabilities/add", value: ["ALL"] }], "capabilities"],
    [[{ op: "move", from: "/metadata/annotations", path: "/spec/template/spec" }], "move"],
  ])("does not patch what does: %j", (value, word) => {
    expect(patch(value)).toEqual([`--patch has ${word}, which may reach the node`]);
  });

  it("stays in namespaces of its lab", () => {
    const waitIn = (name: string) =>
      stepProblems(lab, { kubectl: ["wait", "pod/a", `--namespace=${name}`, "--", "--namespace=other"] });
    expect([...waitIn("lab-web"), ...waitIn("lab-web-elsewhere")]).toEqual([]);
    expect(waitIn("lab-ingress")).toEqual([
      expect.stringContaining("namespace lab-ingress is not this lab's"),
    ]);
  });

  it("applies files that are looked at, as the step of that name does", () => {
    expect(appliedFiles({ kubectl: ["apply", "--server-side", "--filename=a.yaml"] })).toEqual(["a.yaml"]);
    expect(appliedFiles({ apply: "a.yaml" })).toEqual(["a.yaml"]);
  });
});
