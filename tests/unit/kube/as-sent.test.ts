import { describe, expect, it } from "vitest";
import { differsAt } from "../../../src/kube/as-sent.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";

const container = {
  name: "program",
  image: "localhost:5001/python@sha256:ab",
  command: ["sleep", "3600"],
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1", memory: "1024Mi" } },
  volumeMounts: [{ name: "claim", mountPath: "/data", readOnly: false }],
};
const spec = {
  containers: [container],
  volumes: [{ name: "claim", persistentVolumeClaim: { claimName: "data", readOnly: false } }],
  tolerations: [{ key: "dedicated", operator: "Exists" }],
  automountServiceAccountToken: false,
  restartPolicy: "Never",
};
const pod = (its: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "own" },
  spec: its,
});

/** As an API server stores it. */
const storedContainer = {
  ...container,
  imagePullPolicy: "IfNotPresent",
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  volumeMounts: [{ name: "claim", mountPath: "/data" }],
};
const stored = {
  ...spec,
  containers: [storedContainer],
  volumes: [{ name: "claim", persistentVolumeClaim: { claimName: "data" } }],
  tolerations: [
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
    { key: "dedicated", operator: "Exists" },
  ],
  dnsPolicy: "ClusterFirst",
  enableServiceLinks: true,
  nodeName: "worker",
  preemptionPolicy: "PreemptLowerPriority",
  priority: 0,
  schedulerName: "default-scheduler",
  securityContext: {},
  serviceAccount: "default",
  serviceAccountName: "default",
  terminationGracePeriodSeconds: 30,
};

describe("a Pod", () => {
  it("is as it was sent with what every cluster fills in", () => {
    expect(differsAt(pod(stored), pod(spec))).toBeUndefined();
  });

  it.each<[string, object]>([
    ["spec.containers[0].command", { containers: [{ ...storedContainer, command: ["true"] }] }],
    ["spec.containers[0].command", { containers: [{ ...storedContainer, command: undefined }] }],
    ["spec.containers[0].env", { containers: [{ ...storedContainer, env: [{ name: "LD_PRELOAD" }] }] }],
    ["spec.containers[0].lifecycle", { containers: [{ ...storedContainer, lifecycle: {} }] }],
    ["spec.containers", { containers: [storedContainer, storedContainer] }],
    ["spec.initContainers", { initContainers: [storedContainer] }],
    ["spec.ephemeralContainers", { ephemeralContainers: [{ name: "debug" }] }],
    ["spec.volumes", { volumes: [...stored.volumes, { name: "more", emptyDir: {} }] }],
    ["spec.volumes[0].emptyDir", { volumes: [{ name: "claim", emptyDir: {} }] }],
    ["spec.tolerations", { tolerations: [] }],
    ["spec.hostNetwork", { hostNetwork: true }],
    ["spec.dnsPolicy", { dnsPolicy: "None" }],
    ["spec.hostAliases", { hostAliases: [{ ip: "10.0.0.1" }] }],
    ["spec.schedulingGates", { schedulingGates: [{ name: "never" }] }],
    ["spec.serviceAccountName", { serviceAccountName: "admin" }],
    ["spec.automountServiceAccountToken", { automountServiceAccountToken: undefined }],
    ["spec.nodeSelector", { nodeSelector: { nowhere: "yes" } }],
    [
      "spec.containers[0].resources.requests.cpu",
      {
        containers: [{ ...storedContainer, resources: { ...container.resources, requests: { cpu: "99" } } }],
      },
    ],
  ])("is not as it was sent at %s", (at, change) => {
    expect(differsAt(pod({ ...stored, ...change }), pod(spec))).toBe(at);
  });

  it("may be bounded by a LimitRange, and not be made to ask for more", () => {
    const small = { containers: [{ name: "a", resources: { requests: { cpu: "10m" } } }] };
    const bounded = (requests: object) =>
      pod({ containers: [{ name: "a", resources: { requests, limits: { cpu: "1" } } }] });
    expect(differsAt(bounded({ cpu: "10m" }), pod(small))).toBeUndefined();
    expect(differsAt(bounded({ cpu: "10m", "example.com/gpu": "1" }), pod(small))).toBe(
      "spec.containers[0].resources.requests.example.com/gpu",
    );
  });
});

describe("a Job", () => {
  const job = (its: object): KubeObject => ({ ...pod(its), apiVersion: "batch/v1", kind: "Job" });
  const labels = { "batch.kubernetes.io/job-name": "own", "job-name": "own" };
  const template = { metadata: { labels: { app: "a" } }, spec };
  const filled = {
    backoffLimit: 6,
    completionMode: "NonIndexed",
    completions: 1,
    parallelism: 1,
    podReplacementPolicy: "TerminatingOrFailed",
    selector: { matchLabels: labels },
    suspend: false,
    template: { metadata: { labels: { app: "a", ...labels } }, spec: stored },
  };

  it("is as it was sent with what its controller needs", () => {
    expect(differsAt(job(filled), job({ template }))).toBeUndefined();
  });

  it.each<[string, object]>([
    ["spec.completions", { completions: 0 }],
    ["spec.suspend", { suspend: true }],
    ["spec.successPolicy", { successPolicy: {} }],
    ["spec.managedBy", { managedBy: "somebody.example/else" }],
    ["spec.template.spec.hostPID", { template: { ...filled.template, spec: { ...stored, hostPID: true } } }],
  ])("is not as it was sent at %s", (at, change) => {
    expect(differsAt(job({ ...filled, ...change }), job({ template }))).toBe(at);
  });
});
