import { describe, expect, it } from "vitest";
import { workload } from "../../../../src/checks/workloads/workload-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Workload } from "../../../../src/kube/objects.ts";
import { afterAWhile } from "../../../support/after-a-while.ts";
import { deployment, nginxImage, ownedBy, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const spec = workload.spec.parse({
  kind: "workload",
  deployment: "nginx-deployment",
  replicas: { exactly: 3 },
  image: nginxImage,
  containerPort: 80,
  podLabels: { app: "nginx" },
});

const look = (...objects: KubeObject[]) =>
  workload.observe(spec, fakeCheckContext({ kube: new FakeKube(objects) }));

const withTemplate = (of: Workload, template: Workload["spec"]["template"]): Workload => ({
  ...of,
  spec: { ...of.spec, template },
});

describe("workload: what passes", () => {
  it("three Ready pods of the image", async () => {
    expect(await look(...deployment({ name: "nginx-deployment" }))).toEqual([]);
  });

  it("further labels, a wider selector, a second container", async () => {
    const labels = { app: "nginx", tier: "web" };
    expect(await look(...deployment({ name: "nginx-deployment", labels, sidecar: true }))).toEqual([]);
  });

  it("one that was rolled: the old ReplicaSet's pod is terminating", async () => {
    const [top, set, ...pods] = deployment({ name: "nginx-deployment" });
    const old = { ...set, metadata: { ...set.metadata, name: "old", uid: "uid-old" } };
    const ending = pod({
      name: "ending",
      owner: ownedBy(old),
      image: "localhost:5001/nginx:1.26.3",
      digest: "sha256:b",
    });
    const terminating = {
      ...ending,
      metadata: { ...ending.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
    };
    expect(await look(top, set, old, ...pods, terminating)).toEqual([]);
  });

  it("a second container of the same image, which declares no port and comes first", async () => {
    const [top, set, ...pods] = deployment({ name: "nginx-deployment" });
    const twice = pods.map((each) => {
      const [status] = each.status?.containerStatuses ?? [];
      const second = { name: "companion", image: nginxImage };
      return {
        ...each,
        spec: { ...each.spec, containers: [second, ...each.spec.containers] },
        status: { ...each.status, containerStatuses: [{ ...status, name: "companion" }, status] },
      };
    });
    const template = { ...top.spec.template, spec: { containers: twice[0]?.spec.containers ?? [] } };
    expect(await look(withTemplate(top, template), withTemplate(set, template), ...twice)).toEqual([]);
  });

  it("the same image by digest instead of by tag", async () => {
    expect(
      await look(...deployment({ name: "nginx-deployment", image: "localhost:5001/nginx@sha256:aa" })),
    ).toEqual([]);
  });

  it("a pod of the same label that nobody owns, beside it", async () => {
    expect(await look(...deployment({ name: "nginx-deployment" }), pod({ name: "stray" }))).toEqual([]);
  });
});

describe("workload: what does not pass", () => {
  it("nothing at all", async () => {
    const [finding] = await look();
    expect(finding).toMatchObject({ object: "Deployment/nginx-deployment", actual: "not found" });
  });

  it("pods with the right labels and no Deployment", async () => {
    const pods = [1, 2, 3].map((n) => pod({ name: `nginx-${String(n)}` }));
    expect(await look(...pods)).toMatchObject([{ actual: "not found" }]);
  });

  it("pods whose owner only has the right name", async () => {
    const [top, set] = deployment({ name: "nginx-deployment" });
    const fake = { ...ownedBy(set), uid: "uid-forged" };
    const pods = [1, 2, 3].map((n) => pod({ name: `nginx-${String(n)}`, owner: fake }));
    expect(await look(top, set, ...pods)).toMatchObject([{ actual: "0 Ready of 0" }]);
  });

  it("a Deployment in another namespace, which the finding names", async () => {
    const [finding] = await look(...deployment({ name: "nginx-deployment", namespace: "default" }));
    expect(finding?.message).toContain("there is one in default, which does not count");
  });

  it("a status patched by hand over pods that no node takes", async () => {
    const [top, set, ...pods] = deployment({ name: "nginx-deployment", node: "" });
    const [finding] = await look(top, set, ...pods);
    expect(finding).toMatchObject({ actual: "0 Ready of 3" });
    expect(finding?.message).toContain("is on no node");
  });

  it("pods on a node that there is not, with a status that was written by hand", async () => {
    const kube = new FakeKube(deployment({ name: "nginx-deployment", node: "ghost" }));
    kube.hollowNodes.set("ghost", "there is no node ghost");
    const [finding, ...more] = await workload.observe(spec, fakeCheckContext({ kube }));
    expect(finding?.message).toBe(
      "Pod nginx-deployment-6d4f-0 says that it is Ready, but nothing of it runs: there is no node ghost.",
    );
    expect(more).toEqual([]);
  });

  it("a pod on a node whose kubelet knows nothing of it", async () => {
    const kube = new FakeKube(deployment({ name: "nginx-deployment" }));
    kube.hollowPods.add("uid-nginx-deployment-6d4f-1");
    const [finding] = await workload.observe(spec, fakeCheckContext({ kube }));
    expect(finding).toMatchObject({ object: "Pod/nginx-deployment-6d4f-1" });
    expect(finding?.message).toContain("the kubelet of node worker-1 runs no container of it");
  });

  it("not for a pod that became Ready a moment before its kubelet says that it runs", async () => {
    const kube = new FakeKube(deployment({ name: "nginx-deployment" }));
    kube.hollowPods.add("uid-nginx-deployment-6d4f-1");
    const context = fakeCheckContext({ kube });
    afterAWhile(context.clock, 2000, () => {
      kube.hollowPods.clear();
    });
    expect(await workload.observe(spec, context)).toEqual([]);
  });

  it("a status of a Deployment without any pods", async () => {
    const [top, set] = deployment({ name: "nginx-deployment" });
    expect(await look(top, set)).toMatchObject([{ expected: "3 Ready pods", actual: "0 Ready of 0" }]);
  });

  it.each([2, 4])("%s replicas, where three are wanted", async (replicas) => {
    const [finding] = await look(...deployment({ name: "nginx-deployment", replicas }));
    expect(finding?.message).toContain(`asks for ${String(replicas)} replicas`);
  });

  it("an image of another digest under the right tag, told once for all pods", async () => {
    const findings = await look(...deployment({ name: "nginx-deployment", digest: "sha256:bad" }));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      expected: nginxImage,
      actual: `${nginxImage} with another digest (sha256:bad)`,
    });
  });

  it("pods whose image was set by hand, in the template or in the ReplicaSet", async () => {
    const [top, set, ...pods] = deployment({ name: "nginx-deployment" });
    const [old] = deployment({ name: "nginx-deployment", image: "localhost:5001/nginx:1.20" });
    const { template } = old.spec;
    const [finding] = await look(withTemplate(top, template), withTemplate(set, template), ...pods);
    expect(finding).toMatchObject({ actual: "localhost:5001/nginx:1.20 in its template" });
    expect(finding?.message).toContain("3 of 3 pods of Deployment nginx-deployment run");
    const [paused] = await look(top, withTemplate(set, template), ...pods);
    expect(paused?.message).toContain("their ReplicaSet nginx-deployment-6d4f asks for");
  });

  it("labels that were put on pods by hand", async () => {
    const [top, set, ...pods] = deployment({ name: "nginx-deployment" });
    const template = { ...top.spec.template, metadata: { labels: { app: "web" } } };
    expect(await look(withTemplate(top, template), set, ...pods)).toMatchObject([
      { path: "spec.template.metadata.labels", actual: "app=web" },
    ]);
  });

  it("another image, another port, another label: all three are told", async () => {
    const other = deployment({
      name: "nginx-deployment",
      image: "localhost:5001/nginx:1.26.3",
      digest: "sha256:other",
      ports: [{ containerPort: 8080 }],
      labels: { app: "web" },
    });
    const findings = await look(...other);
    expect(findings.map(({ path }) => path)).toEqual([
      "spec.template.spec.containers[].image",
      "spec.template.spec.containers[].ports",
      "spec.template.metadata.labels",
    ]);
    expect(findings[2]?.message).toContain("do not carry app=nginx");
  });
});

describe("workload: what is errored", () => {
  it("an image whose digest in the registry is not known", async () => {
    const kube = new FakeKube(deployment({ name: "nginx-deployment" }));
    await expect(workload.observe(spec, fakeCheckContext({ kube, imageDigests: {} }))).rejects.toThrow(
      EnvironmentError,
    );
  });

  it("a cluster that does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(workload.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});

describe("workload: the image's own program", () => {
  const own = workload.spec.parse({ ...spec, program: "unchanged" });
  const changedTo = async (change: object) => {
    const [top, set, ...pods] = deployment({ name: "nginx-deployment" });
    const changed = pods.map((each) => {
      const { spec: placed } = each;
      return {
        ...each,
        spec: { ...placed, containers: placed.containers.map((it) => ({ ...it, ...change })) },
      };
    });
    return workload.observe(own, fakeCheckContext({ kube: new FakeKube([top, set, ...changed]) }));
  };
  const mount = (mountPath: string) => ({ volumeMounts: [{ name: "page", mountPath }] });

  it("passes as the image has it, with Kubernetes' own mount and what a rolling update needs", async () => {
    expect(await changedTo({})).toEqual([]);
    expect(await changedTo(mount("/var/run/secrets/kubernetes.io/serviceaccount"))).toEqual([]);
    expect(await changedTo({ lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } })).toEqual([]);
  });

  it.each([
    ["another command", { command: ["sh", "-c", "serve"] }, "it starts sh -c serve"],
    ["further arguments", { args: ["-c", "/tmp/other.conf"] }, "it starts -c /tmp/other.conf"],
    ["files over the image's", mount("/usr/share/nginx/html"), "volume page lies over"],
    ["a hook that may write them", { lifecycle: { postStart: { exec: { command: ["sh"] } } } }, "postStart"],
  ])("is not %s, under whatever digest", async (_, change, words) => {
    expect(await changedTo(change)).toMatchObject([
      { reason: "program-changed", actual: expect.stringContaining(words) as string },
    ]);
    const unasked = workload.spec.parse({ ...spec });
    expect(unasked.program).toBeUndefined();
  });
});
