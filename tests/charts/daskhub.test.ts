import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ChartWorkshop, project } from "../support/chart-workshop.ts";

let workshop: ChartWorkshop;
beforeAll(async () => {
  workshop = await ChartWorkshop.open();
});
afterAll(() => workshop[Symbol.asyncDispose]());

const values = join(project, "labs", "14-daskhub", "solution", "values.yaml");
const solved = () => workshop.rendered("daskhub", "--values", values);
const gateway = "daskhub-dask-gateway";

it("is hub, proxy and the gateway's three, of the lab's images, each with memory that the quota can count", async () => {
  const objects = await solved();
  const images = objects.names("Deployment").map((name) => [name, objects.container(name).image]);
  expect(Object.fromEntries(images)).toEqual({
    hub: "localhost:5001/jupyterhub:6.1.1",
    proxy: "localhost:5001/configurable-http-proxy:5.3.0",
    [`api-${gateway}`]: "localhost:5001/dask-gateway:2026.3.0",
    [`controller-${gateway}`]: "localhost:5001/dask-gateway:2026.3.0",
    [`traefik-${gateway}`]: "localhost:5001/traefik:3.6.12",
  });
  for (const name of objects.names("Deployment"))
    expect(objects.container(name).resources.requests.memory).toMatch(/^\d+Mi$/);
  expect(objects.names("NetworkPolicy")).toEqual([]);
});

it("opens the hub at the host of the student's values, and to the users of the Secret", async () => {
  const objects = await solved();
  expect(objects.find("Ingress", "jupyterhub")).toMatchObject({
    spec: { rules: [{ host: "hub.localhost" }] },
  });
  expect(objects.find("Service", "proxy-public")).toMatchObject({ spec: { type: "ClusterIP" } });
  const data = objects.data("ConfigMap", "hub");
  const [hub] = loadAll(data["values.yaml"] ?? "") as [HubValues];
  expect(hub.hub.config.JupyterHub.authenticator_class).toBe("secret");
  expect(Object.keys(hub.hub.extraConfig)).toEqual([
    "00-add-dask-gateway-values",
    "10-users-of-a-secret",
    "20-as-in-the-lab",
  ]);
  expect(hub.hub.extraVolumes).toContainEqual({ name: "users", secret: { secretName: "hub-users" } });
  expect(hub.singleuser).toMatchObject({
    image: { name: "localhost:5001/daskhub-user", tag: "1" },
    memory: { guarantee: "256M", limit: "640M" },
  });
});

it("gives clusters what the student's values say, by a token of the hub", async () => {
  const objects = await solved();
  const data = objects.data("ConfigMap", `api-${gateway}`);
  expect(JSON.parse(data["gateway.json"] ?? "")).toMatchObject({
    prefix: "/services/dask-gateway",
    auth: { type: "jupyterhub", jupyterhub: { jupyterhubServiceName: "dask-gateway" } },
    backend: {
      image: { name: "localhost:5001/daskhub-user" },
      scheduler: { memory: { request: "256M", limit: "384M" } },
      worker: { cores: { request: 0.1 }, memory: { request: "256M", limit: "384M" }, threads: 1 },
    },
  });
  expect(data["dask_gateway_config.py"]).toContain('worker_cmd = ["dask", "worker"]');
  expect(objects.find("ClusterRoleBinding", `lab-daskhub-traefik-${gateway}-configmaps`)).toMatchObject({
    subjects: [{ name: `traefik-${gateway}`, namespace: "lab-daskhub" }],
  });
});

it("has the charts in it that are named, and none of those that it was packed with", async () => {
  expect(await readdir(join(await workshop.made("daskhub"), "charts"))).toEqual([
    "dask-gateway",
    "jupyterhub",
  ]);
  expect((await solved()).names("ConfigMap").filter((name) => name.startsWith("of-the-old"))).toEqual([]);
});

interface HubValues {
  readonly hub: {
    readonly config: { readonly JupyterHub: { readonly authenticator_class: string } };
    readonly extraConfig: Readonly<Record<string, string>>;
    readonly extraVolumes: readonly unknown[];
  };
  readonly singleuser: unknown;
}
