import { afterEach, beforeEach, expect, it } from "vitest";
import { chooseChartSource, saveClusterCharts } from "../../../src/cluster/cluster-charts.ts";
import type { PlatformChoice } from "../../../src/platform.ts";
import { bringCharts } from "../../../src/steps/bring-charts.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { projectFolder } from "../../support/project-folder.ts";

let world: FakeWorld;
let project: Awaited<ReturnType<typeof projectFolder>>;

beforeEach(async () => {
  world = await FakeWorld.create();
  project = await projectFolder({
    "charts/mine/Chart.yaml": "apiVersion: v2\nname: mine\nversion: 0.1.0\n",
    "charts/mine/upstream/source.yaml":
      "apiVersion: labctl.dev/v1\nkind: UpstreamChart\nrepo: https://charts.test\nversion: 2.0.0\n",
    "charts/mine/upstream/values.yaml": "a: 1\n",
    "charts/other/Chart.yaml": "apiVersion: v2\nname: other\nversion: 0.1.0\n",
  });
  world.project = project.path;
  world.helm.published.set("mine 2.0.0", { "Chart.yaml": "version: 2.0.0\n", "values.yaml": "a: 2\n" });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

/** `labctl up` with these flags, as far as charts go. */
async function up(asked: Partial<PlatformChoice> = {}): Promise<void> {
  const choice = { cluster: "labctl", engine: "auto", images: "auto", ports: {}, ...asked } as const;
  world.platform.chartSource = (await chooseChartSource(world.home, choice)).value;
  await bringCharts({
    deps: world.deps(),
    platform: world.platform.build(choice),
    kube: async () => world.kube,
  });
}

const kept = async () => (await chooseChartSource(world.home, { cluster: "labctl" })).value;

it("brings no charts, and builds no Helm, where none were asked for", async () => {
  await up();
  expect(world.platform.asked).toEqual([]);
  expect(world.helm.asked).toEqual([]);
});

it("brings those that have a published one, and keeps what was asked for", async () => {
  await up({ charts: "upstream" });
  expect(world.platform.asked).toEqual(["tools helm"]);
  expect(world.helm.asked).toEqual([
    "pull mine 2.0.0 https://charts.test",
    "publish mine 0.1.0 oci://localhost:5001/charts",
  ]);
  expect(await kept()).toBe("upstream");
});

it("goes by what was kept, until it is told otherwise", async () => {
  await saveClusterCharts(world.home, "labctl", "upstream");
  await up();
  expect(world.helm.asked[0]).toMatch(/^pull mine/);
  await up({ charts: "own" });
  expect(world.helm.asked.at(-1)).toMatch(/^publish mine/);
  expect(await kept()).toBe("own");
});

it("keeps nothing of a site that does not answer", async () => {
  world.helm.published.clear();
  await expect(up({ charts: "upstream" })).rejects.toThrow("no mine at https://charts.test");
  expect(await kept()).toBe("own");
});

it("keeps nothing for a cluster that labctl did not make", async () => {
  await up({ charts: "upstream", context: "theirs" });
  expect(await kept()).toBe("own");
});
