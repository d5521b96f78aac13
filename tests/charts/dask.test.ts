import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ChartWorkshop, project } from "../support/chart-workshop.ts";
import type { RenderedChart } from "../support/rendered-chart.ts";

let workshop: ChartWorkshop;
beforeAll(async () => {
  workshop = await ChartWorkshop.open();
});
afterAll(() => workshop[Symbol.asyncDispose]());

const image = "localhost:5001/dask:2026.8.0";

it("is the lab's scheduler and three of its workers, told their threads and their memory", async () => {
  const objects = await workshop.rendered("dask");
  const scheduler = objects.container("dask-scheduler");
  expect(scheduler).toMatchObject({ image, readinessProbe: { httpGet: { path: "/health", port: 8787 } } });
  expect(scheduler.args.slice(0, 2)).toEqual(["dask-scheduler", "--port=8786"]);
  expect(objects.replicas("dask-worker")).toBe(3);
  const { args, ...worker } = objects.container("dask-worker");
  expect(worker).toMatchObject({
    image,
    resources: { limits: { cpu: 1, memory: "320Mi" }, requests: { cpu: "50m", memory: "96Mi" } },
    readinessProbe: { httpGet: { path: "/health", port: 8790 } },
  });
  expect(args.slice(0, 2)).toEqual(["dask-worker", "dask-scheduler:8786"]);
  expect(args.join(" ")).toContain("--nthreads 1 --memory-limit 320Mi");
  expect(args).toContain("--no-nanny");
});

it("has the Services that labs talk to, by the labels of their pods", async () => {
  const objects = await workshop.rendered("dask");
  expect(objects.find("Service", "dask-scheduler")).toMatchObject({
    spec: {
      selector: { app: "dask", release: "dask", component: "scheduler" },
      ports: [
        { port: 8786, targetPort: 8786 },
        { port: 80, targetPort: 8787 },
      ],
    },
  });
  expect(objects.find("Service", "dask-jupyter")).toMatchObject({
    spec: { selector: { component: "jupyter" }, ports: [{ port: 80, targetPort: 8888 }] },
  });
});

it("lets into Jupyter who has the token of the Secret", async () => {
  const objects = await workshop.rendered("dask");
  const { token = "" } = objects.data("Secret", "dask-jupyter");
  expect(Buffer.from(token, "base64").toString()).toMatch(/^[A-Za-z0-9]{32}$/);
  const jupyter = objects.container("dask-jupyter");
  expect(jupyter.image).toBe(image);
  expect(jupyter.env).toContainEqual({ name: "DASK_SCHEDULER_ADDRESS", value: "dask-scheduler:8786" });
  expect(jupyter.env).toContainEqual({
    name: "JUPYTER_TOKEN",
    valueFrom: { secretKeyRef: { name: "dask-jupyter", key: "token" } },
  });
  const config = Object.values(objects.data("ConfigMap", "dask-jupyter-config"));
  expect(config.join("")).toContain("password = ''");
});

it("is scaled, opened and given a notebook by the values that the lab teaches; that is another Jupyter pod", async () => {
  const notebook = join(project, "labs", "12-dask", "files", "sums.ipynb");
  const before = await workshop.rendered("dask");
  const after = await workshop.rendered(
    "dask",
    "--set=worker.replicas=5,jupyter.ingress.enabled=true",
    `--set-file=jupyter.notebooks.sums=${notebook}`,
  );
  expect(after.replicas("dask-worker")).toBe(5);
  expect(after.find("Ingress", "dask-jupyter")).toMatchObject({
    spec: { rules: [{ host: "dask-jupyter.localhost" }] },
  });
  const data = after.data("ConfigMap", "dask-notebooks");
  expect(JSON.parse(data["sums.ipynb"] ?? "")).toHaveProperty("cells");
  const checksum = (objects: RenderedChart) =>
    objects.container("dask-jupyter").env.find(({ name }) => name === "NOTEBOOKS_CHECKSUM")?.value;
  expect(checksum(before)).toMatch(/^[0-9a-f]{64}$/);
  expect(checksum(after)).not.toBe(checksum(before));
});
