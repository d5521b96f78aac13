import { describe, expect, it } from "vitest";
import type { Pod, PodSpec } from "../../../src/kube/objects.ts";
import { differsFromTemplate } from "../../../src/kube/template-pod.ts";

const container = { name: "train", image: "localhost:5001/trainer:1", command: ["train"], resources: {} };
const template: PodSpec = { containers: [container], restartPolicy: "Never" };
const token = { name: "kube-api-access-x7k2p", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" };
const stored = {
  ...container,
  env: [{ name: "JOB_COMPLETION_INDEX" }],
  resources: { requests: { cpu: "100m" }, limits: { cpu: "100m" } },
  volumeMounts: [token],
};
const spec = {
  containers: [stored],
  volumes: [{ name: token.name }],
  hostname: "train-0",
  nodeName: "worker",
  restartPolicy: "Never",
};
const pod = (over: object): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "train-0-abcde" },
  spec: { ...spec, ...over },
});

describe("template-pod", () => {
  it("says what its template says with a token, an index and the bounds of its namespace", () => {
    expect(differsFromTemplate(pod({}), template)).toBeUndefined();
  });

  it.each<[string, object]>([
    ["spec.containers[0].command[0]", { containers: [{ ...stored, command: ["true"] }] }],
    ["spec.containers[0].image", { containers: [{ ...stored, image: "nginx" }] }],
    ["spec.containers[0].env", { containers: [{ ...stored, env: [{ name: "PATH" }] }] }],
    [
      "spec.containers[0].volumeMounts",
      { containers: [{ ...stored, volumeMounts: [token, { name: "lies", mountPath: "/bin" }] }] },
    ],
    ["spec.containers", { containers: [stored, stored] }],
    ["spec.initContainers", { initContainers: [stored] }],
    ["spec.volumes", { volumes: [{ name: "lies" }] }],
  ])("says something else at %s", (at, over) => {
    expect(differsFromTemplate(pod(over), template)).toBe(at);
  });
});
