import { describe, expect, it } from "vitest";
import { objectProblems } from "../../../src/lab/lab-objects.ts";
import type { Lab } from "../../../src/lab/schema.ts";

const lab = { id: "web" } as Lab;
const podWith = (spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { template: { spec } },
});
const of = (kind: string, name: string, namespace?: string) => ({
  apiVersion: "v1",
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

function namespaceWith(name: string, standard: string) {
  const labels = { "pod-security.kubernetes.io/enforce": standard };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

describe("objects of a lab", () => {
  it.each([
    [
      "a pod as labs have it",
      podWith({ containers: [{ name: "web", securityContext: { privileged: false } }] }),
    ],
    ["fewer capabilities", podWith({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })],
    ["one of the lab's namespace", of("ConfigMap", "a", "lab-web")],
    ["one beside it that is told from others'", namespaceWith("lab-web-elsewhere", "baseline")],
    ["a stricter one", namespaceWith("lab-web-elsewhere", "restricted")],
    ["a kind of its own", of("CustomResourceDefinition", "a.example.com")],
  ])("may be %s", (_, object) => {
    expect(objectProblems(lab, [object])).toEqual([]);
  });

  it.each([
    ["a folder of the node", podWith({ volumes: [{ name: "host", hostPath: { path: "/" } }] }), "hostPath"],
    ["its network", podWith({ hostNetwork: true }), "hostNetwork"],
    ["its processes", podWith({ hostPID: true }), "hostPID"],
    ["all rights", podWith({ initContainers: [{ securityContext: { privileged: true } }] }), "privileged"],
    ["a port of it", podWith({ containers: [{ ports: [{ hostPort: 80 }] }] }), "hostPort"],
    ["the node's capabilities", podWith({ capabilities: { add: ["CHOWN", "SYS_ADMIN"] } }), "capabilities"],
    ["its /proc", podWith({ containers: [{ securityContext: { procMount: "Unmasked" } }] }), "procMount"],
    ["any folder as a volume", { ...of("PersistentVolume", "a"), spec: { local: { path: "/" } } }, "local"],
    ["others in a list", { ...of("List", "a"), items: [of("Pod", "a", "kube-system")] }, "is a list"],
    ["rights in all namespaces", of("ClusterRoleBinding", "a"), "the whole cluster's"],
    ["the node itself", of("Node", "labctl-worker"), "the whole cluster's"],
    ["what every object goes through", of("MutatingWebhookConfiguration", "a"), "the whole cluster's"],
    ["another namespace", of("Pod", "a", "kube-system"), "not this lab's"],
    ["another lab's namespace", namespaceWith("lab-webshop", "baseline"), "not this lab's"],
    ["a namespace whose pods may all", of("Namespace", "lab-web-two"), "give it the label"],
    ["one that says so", namespaceWith("lab-web-two", "privileged"), "give it the label"],
  ])("may not have %s", (_, object, words) => {
    expect(objectProblems(lab, [object])).toEqual([expect.stringContaining(words)]);
  });
});
