import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clusterChecks } from "../../../src/doctor/cluster-checks.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { recordPushedImages } from "../../../src/records/pushed-images.ts";
import { nginxDigest, nginxImage } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

const metadata = (name: string, namespace = "kube-system") => ({ name, namespace });
const withImage = (kind: string, name: string, image: string): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: metadata(name),
  spec: { template: { spec: { containers: [{ image }] } } },
});
const corefile = (...plugins: readonly string[]) =>
  `.:53 {\n${plugins.map((it) => `    ${it}`).join("\n")}\n}\n`;
const config = (text: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata("coredns"),
  data: { Corefile: text },
});
const proxy = withImage("DaemonSet", "kube-proxy", "registry.k8s.io/kube-proxy:v1.36.3");
const dns = withImage("Deployment", "coredns", "registry.k8s.io/coredns/coredns:v1.14.2");
const untouched = [
  proxy,
  dns,
  config(corefile("errors", "health {", "   lameduck 5s", "}", "forward . /etc")),
];

async function seen(...objects: readonly KubeObject[]): Promise<Record<string, string>> {
  world.kube.add(...objects);
  const context = fakeStepContext(world);
  const looked = await Promise.all(
    clusterChecks.map(async ({ name, look }) => {
      const { ok, seen: what } = await look(context);
      return [name, `${ok ? "ok" : "not ok"}: ${what}`];
    }),
  );
  return Object.fromEntries(looked) as Record<string, string>;
}

describe("doctor on a cluster", () => {
  it("finds nothing on one that is as it was brought up", async () => {
    await recordPushedImages(world.kube, [{ reference: nginxImage, digest: nginxDigest }]);
    expect(await seen(...untouched)).toEqual({
      admission: "ok: nothing changes or refuses objects",
      "API services": "ok: the API server's own",
      "cluster DNS": "ok: as kubeadm brought it",
      "kube-proxy": "ok: as kubeadm brought it",
      "lab images": "ok: 1 as labctl pushed them",
    });
  });

  it.each([
    [
      "admission",
      [
        {
          apiVersion: "admissionregistration.k8s.io/v1",
          kind: "MutatingAdmissionPolicy",
          metadata: { name: "a" },
        },
      ],
      "not ok: MutatingAdmissionPolicy/a",
    ],
    [
      "API services",
      [
        {
          apiVersion: "apiregistration.k8s.io/v1",
          kind: "APIService",
          metadata: { name: "v1.apps" },
          spec: { service: { name: "evil" } },
        },
      ],
      "not ok: APIService/v1.apps",
    ],
    ["cluster DNS", [proxy, dns, config(corefile("rewrite name a b", "errors"))], "not ok: plugin rewrite"],
    [
      "cluster DNS",
      [proxy, withImage("Deployment", "coredns", "localhost:5001/coredns:1"), config("")],
      "not ok: image localhost:5001/coredns:1",
    ],
    ["kube-proxy", [dns], "not ok: it is not there"],
  ])("tells what was prepared: %s", async (name, objects, what) => {
    expect((await seen(...objects))[name]).toBe(what);
  });

  it("tells a tag under which somebody else has pushed", async () => {
    await recordPushedImages(world.kube, [{ reference: nginxImage, digest: "sha256:0" }]);
    expect((await seen())["lab images"]).toBe(`not ok: not as labctl pushed them: ${nginxImage}`);
  });

  it("looks at none where none runs", async () => {
    world.platform.clusterFacts = { state: "absent", nodes: [] };
    expect(Object.values(await seen())).toEqual(Array(5).fill("ok: no cluster runs"));
  });
});
