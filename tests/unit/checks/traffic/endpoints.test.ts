import { describe, expect, it } from "vitest";
import { endpoints } from "../../../../src/checks/traffic/endpoints-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { deployment, namespace, pod, service, slice } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const spec = endpoints.spec.parse({ kind: "endpoints", service: "nginx", deployment: "nginx-deployment" });
const all = deployment({ name: "nginx-deployment" });
const [, , ...pods] = all;
const nginx = service({ name: "nginx" });

const look = (...objects: KubeObject[]) =>
  endpoints.observe(spec, fakeCheckContext({ kube: new FakeKube(objects) }));

describe("endpoints: what passes", () => {
  it("exactly the Ready pods", async () => {
    expect(await look(...all, nginx, slice(nginx, pods))).toEqual([]);
  });

  it("pods spread over two slices, another selector, a second container", async () => {
    const labels = { app: "nginx", door: "front" };
    const wide = deployment({ name: "nginx-deployment", labels, sidecar: true });
    const [, , first, ...others] = wide;
    const narrow = service({ name: "nginx", selector: { door: "front" } });
    const one = slice(narrow, first ? [first] : []);
    const two = {
      ...slice(narrow, others),
      metadata: { ...slice(narrow, others).metadata, name: "nginx-second" },
    };
    expect(await look(...wide, narrow, one, two)).toEqual([]);
  });
});

describe("endpoints: what does not pass", () => {
  it("a label by which the Service finds pods and which only the pods carry", async () => {
    const labels = { app: "nginx", door: "front" };
    const [, , ...labelled] = deployment({ name: "nginx-deployment", labels });
    const [top, set] = all;
    const narrow = service({ name: "nginx", selector: { door: "front" } });
    const [finding] = await look(top, set, ...labelled, narrow, slice(narrow, labelled));
    expect(finding?.message).toContain("finds its pods by door=front, which the pod template");
  });

  it("no Service", async () => {
    expect(await look(...all)).toMatchObject([{ object: "Service/nginx", actual: "not found" }]);
  });

  it("no Deployment behind it", async () => {
    expect(await look(nginx)).toMatchObject([{ object: "Deployment/nginx-deployment", actual: "not found" }]);
  });

  it("a Service without a selector", async () => {
    const bare = service({ name: "nginx", selector: {} });
    expect(await look(...all, bare, slice(bare, pods))).toMatchObject([
      { path: "spec.selector", actual: "none" },
    ]);
  });

  it("an EndpointSlice written by hand, even beside a right one", async () => {
    const own = slice(nginx, pods);
    const labels = {
      "kubernetes.io/service-name": "nginx",
      "endpointslice.kubernetes.io/managed-by": "staff",
    };
    const hand = { ...own, metadata: { name: "by-hand", namespace, uid: "uid-hand", labels } };
    const [finding] = await look(...all, nginx, own, hand);
    expect(finding).toMatchObject({
      object: "EndpointSlice/by-hand",
      actual: "written by hand (managed by staff)",
    });
  });

  it("a slice that claims Kubernetes's controller, but that the Service does not own", async () => {
    const own = slice(nginx, pods);
    const forged = { ...own, metadata: { ...own.metadata, ownerReferences: [] } };
    expect(await look(...all, nginx, forged)).toMatchObject([{ object: "EndpointSlice/nginx-x7k2p" }]);
  });

  it("an ExternalName, a headless Service", async () => {
    const external = { ...nginx, spec: { type: "ExternalName", externalName: "nginx.default.svc" } };
    expect(await look(...all, external)).toMatchObject([{ path: "spec.type", actual: "ExternalName" }]);
    const headless = service({ name: "nginx", clusterIP: "None" });
    expect(await look(...all, headless, slice(headless, pods))).toMatchObject([{ path: "spec.clusterIP" }]);
  });

  it("one pod of its own that answers for the three", async () => {
    const front = pod({ name: "front", labels: { app: "front" } });
    const to = service({ name: "nginx", selector: { app: "front" } });
    const [finding] = await look(...all, front, to, slice(to, [front]));
    expect(finding?.actual).toBe("front");
    expect(finding?.message).toContain("It also leads to front");
  });

  it("a stranger beside the pods, or a pod left out", async () => {
    const stranger = pod({ name: "stranger" });
    const [extra] = await look(...all, stranger, nginx, slice(nginx, [...pods, stranger]));
    expect(extra?.message).toContain("It also leads to stranger.");
    const [fewer] = await look(...all, nginx, slice(nginx, pods.slice(1)));
    expect(fewer?.message).toContain("leaves out nginx-deployment-6d4f-0");
  });
});

describe("endpoints: no endpoints, explained", () => {
  it("names the label that differs", async () => {
    const wrong = service({ name: "nginx", selector: { app: "nginx", tier: "front-end" } });
    const labelled = deployment({ name: "nginx-deployment", labels: { app: "nginx", tier: "frontend" } });
    const [finding] = await look(...labelled, wrong, slice(wrong, []));
    expect(finding).toMatchObject({
      actual: "no endpoints",
      next: "kubectl -n lab-test get pods --show-labels",
    });
    expect(finding?.message).toBe(
      "The selector app=nginx,tier=front-end of Service nginx matches no pod. " +
        "The pods of Deployment nginx-deployment carry tier=frontend.",
    );
  });

  it("names the port name that no container has", async () => {
    const named = service({ name: "nginx", targetPort: "web" });
    const empty = { ...slice(named, pods), ports: [] };
    const [finding] = await look(...all, named, empty);
    expect(finding?.message).toBe(
      "targetPort web of Service nginx leads nowhere: the containers declare port 80.",
    );
  });

  it("tells why the pods are not Ready", async () => {
    const unready = deployment({ name: "nginx-deployment", ready: false });
    const [finding] = await look(...unready, nginx, slice(nginx, []));
    expect(finding).toMatchObject({ object: "Deployment/nginx-deployment", actual: "0 Ready of 3" });
  });
});

it("endpoints is errored when the cluster does not answer", async () => {
  const kube = new FakeKube();
  kube.down = true;
  await expect(endpoints.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
});
