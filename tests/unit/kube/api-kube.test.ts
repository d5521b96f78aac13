import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { openApiKube } from "../../../src/kube/api-kube.ts";
import type { Kube } from "../../../src/kube/kube.ts";
import {
  kubeconfigFor,
  startFakeApiServer,
  type FakeApiServer,
  type SeenRequest,
} from "../../support/fake-api-server.ts";

const resources: Readonly<Record<string, unknown>> = {
  "/api/v1": [
    { name: "pods", kind: "Pod", namespaced: true, verbs: ["delete", "list"] },
    { name: "pods/log", kind: "Pod", namespaced: true, verbs: ["get"] },
    { name: "nodes", kind: "Node", namespaced: false, verbs: ["delete", "list"] },
  ],
  "/apis/discovery.k8s.io/v1": [{ name: "endpointslices", kind: "EndpointSlice", namespaced: true }],
  "/apis/apps/v1": [{ name: "deployments", kind: "Deployment", namespaced: true }],
};

let folder = "";
let server: FakeApiServer;
let kube: Kube;
let reply: (request: SeenRequest) => { status?: number; body: unknown } | undefined = () => undefined;

const write = (text: string) => {
  const path = join(folder, "kubeconfig");
  writeFileSync(path, text);
  return path;
};
const asked = () =>
  server.seen.filter(({ url }) => !(url in resources)).map(({ method, url }) => `${method} ${url}`);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "labctl-kube-"));
  reply = () => undefined;
  server = await startFakeApiServer((request) => {
    const found = resources[request.url];
    return found === undefined ? reply(request) : { body: { resources: found } };
  });
  kube = await openApiKube(write(server.kubeconfig));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("api-kube reads", () => {
  it("an object as it is stored", async () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", creationTimestamp: "2026-01-01T00:00:00Z" },
    };
    reply = () => ({ body: pod });
    expect(await kube.read({ kind: "Pod", namespace: "lab", name: "web" })).toEqual(pod);
    expect(asked()).toEqual(["GET /api/v1/namespaces/lab/pods/web"]);
  });

  it("and says so where the answer is no object", async () => {
    for (const body of ["<html>", { kind: "Table" }]) {
      reply = () => ({ body });
      const said = "The API server was asked to read Node worker, and its answer is none.";
      await expect(kube.read({ kind: "Node", name: "worker" })).rejects.toThrow(said);
    }
  });

  it("leaves out what the API server writes as null", async () => {
    const slice = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "shop" } };
    reply = () => ({ body: { ...slice, endpoints: null, ports: null } });
    expect(await kube.read({ kind: "EndpointSlice", namespace: "lab", name: "shop" })).toEqual(slice);
  });

  it("nothing where there is no such object, kind or group", async () => {
    expect(await kube.read({ kind: "Node", name: "worker" })).toBeUndefined();
    expect(await kube.read({ apiVersion: "v1", kind: "Gadget", name: "x" })).toBeUndefined();
    expect(await kube.list({ apiVersion: "example.com/v1", kind: "Gadget" })).toEqual([]);
    expect(asked()).toEqual(["GET /api/v1/nodes/worker", "GET /apis/example.com/v1"]);
  });

  it("lists with selectors, and gives each item its kind", async () => {
    reply = () => ({ body: { apiVersion: "v1", kind: "PodList", items: [{ metadata: { name: "web" } }] } });
    const options = { namespace: "lab", labelSelector: "app=nginx,tier!=db" };
    expect(await kube.list("Pod", options)).toEqual([
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web" } },
    ]);
    expect(asked()).toEqual([
      "GET /api/v1/namespaces/lab/pods?labelSelector=app%3Dnginx%2Ctier%21%3Ddb&limit=500",
    ]);
  });

  it("a log, and none of a container that has not started", async () => {
    reply = ({ url }) =>
      url.includes("/web/") ? { body: "line\n" } : { status: 400, body: { message: "waiting to start" } };
    const container = { container: "main", tailLines: 1 };
    expect(await kube.logs({ namespace: "lab", name: "web" }, container)).toBe("line\n");
    expect(await kube.logs({ namespace: "lab", name: "new" })).toBe("");
    expect(asked()[0]).toBe(
      "GET /api/v1/namespaces/lab/pods/web/log?container=main&tailLines=1&limitBytes=1048576",
    );
  });
});

describe("api-kube writes", () => {
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } };

  it("applies as labctl, into the namespace given, without force", async () => {
    reply = ({ body }) => ({ body });
    expect(await kube.apply(deployment, "lab")).toEqual(deployment);
    expect(asked()).toEqual([
      "PATCH /apis/apps/v1/namespaces/lab/deployments/web?fieldManager=labctl&force=false",
    ]);
    expect(server.seen.at(-1)?.contentType).toBe("application/apply-patch+yaml");
  });

  it("shows a conflict with the manager's name", async () => {
    const causes = [{ field: ".spec.replicas", message: 'conflict with "kubectl-edit" using apps/v1' }];
    reply = () => ({ status: 409, body: { kind: "Status", message: "conflict", details: { causes } } });
    const error: unknown = await kube.apply(deployment, "lab").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ lastSeen: '.spec.replicas: conflict with "kubectl-edit" using apps/v1' });
  });

  it("patches, and refuses a kind that the cluster does not know", async () => {
    reply = () => ({ body: deployment });
    await kube.patch({ kind: "Deployment", namespace: "lab", name: "web" }, { spec: { replicas: 2 } });
    expect(server.seen.at(-1)).toMatchObject({
      contentType: "application/merge-patch+json",
      body: '{"spec":{"replicas":2}}',
    });
    const gadget = kube.patch({ apiVersion: "v1", kind: "Gadget", name: "x" }, {});
    await expect(gadget).rejects.toThrow("The cluster knows no kind Gadget");
  });

  it("deletes, is content where there is nothing, and goes on over the same connection", async () => {
    reply = ({ method, url }) => (method === "DELETE" && url.endsWith("/web") ? { body: {} } : undefined);
    await kube.remove({ kind: "Pod", namespace: "lab", name: "web" }, { graceSeconds: 0 });
    expect(JSON.parse(server.seen.at(-1)?.body ?? "")).toEqual({
      propagationPolicy: "Background",
      gracePeriodSeconds: 0,
    });
    await kube.remove({ kind: "Pod", namespace: "lab", name: "gone" });
    expect(await kube.read({ kind: "Pod", namespace: "lab", name: "web" })).toBeUndefined();
    expect(server.connections()).toBe(1);
  });
});

describe("api-kube removeAll", () => {
  it("deletes what a namespace has of a kind in one request, and is content with a kind that is unknown", async () => {
    reply = ({ method }) => (method === "DELETE" ? { body: {} } : undefined);
    await kube.removeAll("Pod", "lab");
    await kube.removeAll({ apiVersion: "example.com/v1", kind: "Gadget" }, "lab");
    expect(asked()).toEqual(["DELETE /api/v1/namespaces/lab/pods", "GET /apis/example.com/v1"]);
  });

  it("never deletes what is in no namespace", async () => {
    await expect(kube.removeAll("Node", "lab")).rejects.toThrow("Node objects are in no namespace");
    expect(asked()).toEqual([]);
  });
});

describe("api-kube namespacedKinds", () => {
  const verbs = ["create", "delete", "get", "list"];
  const group = (name: string, ...versions: readonly string[]) => {
    const all = versions.map((version) => ({ groupVersion: `${name}/${version}` }));
    return { name, versions: all, preferredVersion: all.at(-1) };
  };
  const discovery: Readonly<Record<string, unknown>> = {
    "/apis": {
      groups: [group("x.org", "v1beta1", "v1"), group("events.k8s.io", "v1"), group("metrics", "v1")],
    },
    "/apis/x.org/v1": { resources: [{ name: "gadgets", kind: "Gadget", namespaced: true, verbs }] },
    "/apis/x.org/v1beta1": {
      resources: [
        { name: "gadgets", kind: "Gadget", namespaced: true, verbs },
        { name: "gizmos", kind: "Gizmo", namespaced: true, verbs },
        { name: "gizmos/status", kind: "Gizmo", namespaced: true, verbs },
        { name: "classes", kind: "Class", namespaced: false, verbs },
      ],
    },
    "/apis/metrics/v1": {
      resources: [{ name: "pods", kind: "PodMetrics", namespaced: true, verbs: ["get", "list"] }],
    },
  };

  it("are what can be listed and deleted in a namespace, each once, in its preferred version", async () => {
    reply = ({ url }) => {
      const body = discovery[url];
      return body === undefined ? undefined : { body };
    };
    expect(await kube.namespacedKinds()).toEqual([
      { apiVersion: "v1", kind: "Pod" },
      { apiVersion: "x.org/v1", kind: "Gadget" },
      { apiVersion: "x.org/v1beta1", kind: "Gizmo" },
    ]);
  });

  it("are asked anew, and a path that they told is not asked again", async () => {
    reply = ({ url }) => ({ body: discovery[url] ?? { items: [] } });
    await kube.namespacedKinds();
    const before = asked().length;
    await kube.list({ apiVersion: "x.org/v1", kind: "Gadget" }, { namespace: "lab" });
    expect(asked().slice(before)).toEqual(["GET /apis/x.org/v1/namespaces/lab/gadgets?limit=500"]);
    await kube.namespacedKinds();
    expect(asked()).toHaveLength(2 * before + 1);
  });

  it("are known while pods' metrics are not to be had, which nobody can remove", async () => {
    reply = ({ url }) => {
      if (url === "/apis") return { body: { groups: [group("metrics.k8s.io", "v1beta1")] } };
      if (url.includes("metrics")) return { status: 503, body: { kind: "Status", message: "no metrics" } };
      return { body: discovery[url] };
    };
    expect(await kube.namespacedKinds()).toEqual([{ apiVersion: "v1", kind: "Pod" }]);
  });

  it("are unknown while a part of the API does not answer", async () => {
    reply = ({ url }) => {
      if (url === "/apis/metrics/v1") return { status: 503, body: { kind: "Status", message: "no metrics" } };
      return { body: discovery[url] };
    };
    await expect(kube.namespacedKinds()).rejects.toMatchObject({
      message: "The API server could not list the kinds of /apis/metrics/v1: no metrics.",
      lastSeen: "no metrics",
    });
  });
});

describe("api-kube is an outage", () => {
  it("when the API server does not answer", async () => {
    await server.close();
    const error: unknown = await kube.list("Pod").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ hint: "labctl up", lastSeen: "ECONNREFUSED" });
  });

  it.each([403, 500])("when it answers %s, with its words", async (status) => {
    reply = () => ({ status, body: { kind: "Status", message: "no, sorry" } });
    const error: unknown = await kube
      .read({ kind: "Node", name: "worker" })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ lastSeen: "no, sorry" });
  });
});

describe("api-kube evict", () => {
  it("asks for an eviction of the pod", async () => {
    reply = ({ url }) => (url.endsWith("/pods/pair/eviction") ? { status: 201, body: {} } : undefined);
    await kube.evict({ namespace: "lab", name: "pair" });
    expect(asked()).toEqual(["POST /api/v1/namespaces/lab/pods/pair/eviction"]);
  });
});

describe("openApiKube", () => {
  it("refuses a missing file, and what is no kubeconfig", async () => {
    await expect(openApiKube(join(folder, "none"))).rejects.toThrow(EnvironmentError);
    await expect(openApiKube(write("kind: Config"))).rejects.toThrow(EnvironmentError);
  });

  it("refuses a cluster that labctl did not make, unless it is named", async () => {
    for (const other of [
      kubeconfigFor("https://cluster.example.com", "prod"),
      kubeconfigFor("https://example.com"),
    ]) {
      await expect(openApiKube(write(other))).rejects.toThrow("is of a cluster that labctl did not make");
    }
    const path = write(kubeconfigFor("https://cluster.example.com", "prod"));
    await expect(openApiKube(path, { name: "prod", credentialProgram: false })).resolves.toBeDefined();
    await expect(openApiKube(path, { name: "nonesuch", credentialProgram: false })).rejects.toThrow(
      "names no cluster",
    );
  });
});

it("api-kube watches: tells of each change, and again when a watch has ended", async () => {
  let changes = 0;
  const twice = Promise.withResolvers<undefined>();
  reply = ({ url }) => {
    if (!url.includes("watch=true")) return { body: { metadata: { resourceVersion: "7" }, items: [] } };
    return { body: `${JSON.stringify({ type: "ADDED", object: { kind: "Pod" } })}\n` };
  };
  const stop = new AbortController();
  const onChange = () => {
    if (++changes === 4) twice.resolve(undefined);
  };
  kube.watch(["Pod"], { namespace: "lab" }, onChange, stop.signal);
  await twice.promise;
  stop.abort();
  expect(asked()[1]).toBe("GET /api/v1/namespaces/lab/pods?watch=true&resourceVersion=7");
});
