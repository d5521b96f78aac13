import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { readLabChart } from "../../../src/charts/lab-chart.ts";
import { makeChart } from "../../../src/charts/make-chart.ts";
import { KnownDigests } from "../../../src/host/known-digests.ts";
import { digestOf } from "../../../src/oci/content-digest.ts";
import { FakeHelm } from "../../support/fake-helm.ts";
import { projectFolder } from "../../support/project-folder.ts";

const published = { "Chart.yaml": "name: mine\nversion: 1.0.0\n", "values.yaml": "a: 1\n" };
const other = { ...published, "values.yaml": "a: 2\n" };
const source = "apiVersion: labctl.dev/v1\nkind: UpstreamChart\nrepo: https://charts.test\nversion: 1.0.0\n";

let helm: FakeHelm;
beforeEach(() => {
  helm = new FakeHelm();
  helm.published.set("mine 1.0.0", published);
});

async function workplace(sourceFile = source) {
  const folder = await projectFolder({
    "charts/mine/Chart.yaml": "apiVersion: v2\nname: mine\nversion: 0.1.0\n",
    "charts/mine/upstream/source.yaml": sourceFile,
    "charts/mine/upstream/values.yaml": "b: 1\n",
  });
  const known = new KnownDigests(join(folder.path, "home"));
  const cache = join(folder.path, "cache");
  return {
    known,
    /** The values of the chart that is made, by a labctl whose cache may have been cleared. */
    async made({ cleared = false } = {}): Promise<string> {
      if (cleared) await rm(cache, { recursive: true });
      const into = join(await mkdtemp(join(folder.path, "made-")), "mine");
      const chart = await readLabChart(folder.path, "mine");
      await makeChart(chart, { helm, source: "upstream", known, cache }, into);
      return await readFile(join(into, "values.yaml"), "utf8");
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

it("lays labctl's values over the published chart's", async () => {
  await using place = await workplace();
  expect(await place.made()).toBe("a: 1\nb: 1\n");
});

it("takes the archive that source.yaml names, and no other", async () => {
  await using place = await workplace(`${source}sha256: ${digestOf(published)}\n`);
  expect(await place.made()).toContain("a: 1");
  helm.published.set("mine 1.0.0", other);
  await expect(place.made({ cleared: true })).rejects.toThrow("another mine");
  expect(await place.known.all()).toEqual({});
});

it("takes one that nobody knows the first time, and that one from then on", async () => {
  await using place = await workplace();
  await place.made();
  expect(await place.known.all()).toEqual({ "chart mine 1.0.0 of https://charts.test": digestOf(published) });
  expect(await place.made({ cleared: true })).toContain("a: 1");
  helm.published.set("mine 1.0.0", other);
  await expect(place.made({ cleared: true })).rejects.toThrow("another mine");
});

it("does not take what lies in the cache of before for an archive that is named since", async () => {
  await using place = await workplace();
  await place.made();
  await using named = await workplace(`${source}sha256: ${"f".repeat(64)}\n`);
  await expect(named.made()).rejects.toThrow("another mine");
});
