import { symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markKey, markOf } from "../../src/charts/lab-chart.ts";
import { EnvironmentError, LabDefinitionError } from "../../src/errors.ts";
import { registryContent } from "../../src/registry/registry-content.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChartWorkshop } from "../support/chart-workshop.ts";
import { SmallRegistry } from "../support/small-registry.ts";

let workshop: ChartWorkshop;
beforeAll(async () => {
  workshop = await ChartWorkshop.open();
});
afterAll(() => workshop[Symbol.asyncDispose]());

describe("in a registry", () => {
  it.each(["own", "upstream"] as const)("a chart of %s says what it was made of", async (source) => {
    await using registry = await SmallRegistry.open();
    const { version, ...chart } = await workshop.chartOf("dask");
    const folder = await workshop.made("dask", source);
    await workshop.helm.publish({ name: "dask", version, folder }, `oci://${registry.host}/charts`);
    const content = registryContent(registry.host, (method, path) =>
      fetch(`http://${registry.host}${path}`, { method }),
    );
    const manifest = await content.manifest(`charts/dask:${version}`);
    expect(manifest?.annotations?.[markKey]).toBe(await markOf({ ...chart, version }, source));
    const linted = await workshop.helm.inspect(`oci://${registry.host}/charts/dask`, version);
    expect(linted).toMatchObject({ name: "dask", version: "0.1.0", complaints: [] });
    expect(linted.values).toHaveProperty("worker.replicas", 3);
  });

  it("is no file that a link leads to, though Helm would pack it", async () => {
    await using registry = await SmallRegistry.open();
    const { version } = await workshop.chartOf("dask");
    const folder = await workshop.made("dask", "own");
    await symlink("/etc/hostname", join(folder, "templates", "hostname.yaml"));
    const published = workshop.helm.publish(
      { name: "dask", version, folder },
      `oci://${registry.host}/charts`,
    );
    await expect(published).rejects.toThrow(LabDefinitionError);
    const there = await fetch(`http://${registry.host}/v2/charts/dask/manifests/${version}`);
    expect(there.status).toBe(404);
  });
});

describe("a site", () => {
  it("is asked once for each version", async () => {
    await workshop.made("dask");
    workshop.site.asked.length = 0;
    await workshop.made("dask");
    expect(workshop.site.asked).toEqual([]);
  });

  it.each([
    [
      "that has no such version",
      () => ({ name: "dask", repo: workshop.site.url, version: "9.9.9" }),
      /9\.9\.9/,
    ],
    [
      "that does not answer",
      () => ({ name: "dask", repo: "http://127.0.0.1:9", version: "2024.1.1" }),
      /refused/,
    ],
  ])("%s is told in Helm's words, with the way out", async (_, chart, words) => {
    const pulled = workshop.helm.pull(chart(), join(tmpdir(), "labctl-nothing"));
    const told = await pulled.catch((error: unknown) => error);
    expect(told).toBeInstanceOf(EnvironmentError);
    const { message, lastSeen, hint } = told as EnvironmentError;
    expect(message).toContain("The published chart dask");
    expect(lastSeen).toMatch(words);
    expect(hint).toContain("labctl up --charts own");
  });
});
