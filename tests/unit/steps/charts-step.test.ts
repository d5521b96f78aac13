import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { load } from "js-yaml";
import { markKey, markOf, readLabChart } from "../../../src/charts/lab-chart.ts";
import type { ChartSource } from "../../../src/charts/chart-source.ts";
import { chartsStep } from "../../../src/steps/charts-step.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { projectFolder } from "../../support/project-folder.ts";

let world: FakeWorld;
let project: Awaited<ReturnType<typeof projectFolder>>;

beforeEach(async () => {
  world = await FakeWorld.create();
  project = await projectFolder({
    "charts/mine/Chart.yaml": "apiVersion: v2\nname: mine\nversion: 0.1.0\n",
    "charts/mine/values.yaml": "replicas: 3\n",
    "charts/mine/templates/web.yaml": "own",
    "charts/mine/upstream/source.yaml": `apiVersion: labctl.dev/v1
kind: UpstreamChart
repo: https://charts.test
version: 2.0.0
dependencies:
  inner: { repo: "https://inner.test", version: 5.0.0 }
`,
    "charts/mine/upstream/values.yaml": "image: ours\n",
    "charts/mine/upstream/templates/more.yaml": "more",
  });
  world.project = project.path;
  world.helm.published.set("mine 2.0.0", {
    "Chart.yaml":
      "apiVersion: v2\nname: mine\nversion: 2.0.0\ndependencies: [{ name: inner, version: 4.0.0, repository: https://old.test }]\n",
    "Chart.lock": "generated: long ago",
    "values.yaml": "image: theirs\nreplicas: 1 # Few.\n",
    "templates/web.yaml": "theirs",
    "charts/inner-4.0.0.tgz": "packed",
    "charts/inner/Chart.yaml": "version: 4.0.0\n",
    "charts/inner-most/Chart.yaml": "version: 1.0.0\n",
  });
  world.helm.published.set("inner 5.0.0", { "Chart.yaml": "version: 5.0.0\n" });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const shown = { detail: () => undefined, title: () => undefined };
const step = chartsStep(["mine"]);
const isDone = () => step.isDone(fakeStepContext(world));
const pushed = () => world.helm.pushed.get("mine 0.1.0") ?? {};

async function ensure(source: ChartSource): Promise<void> {
  world.platform.chartSource = source;
  await step.ensure(fakeStepContext(world), shown);
}

/** The registry has what a push of this source would have brought. */
async function hold(source: ChartSource): Promise<void> {
  const made = await markOf(await readLabChart(project.path, "mine"), source);
  const annotations = { [markKey]: made };
  world.platform.manifests.set("charts/mine:0.1.0", { digest: "sha256:1", config: "sha256:2", annotations });
}

describe("own", () => {
  it("pushes the chart of charts/, with a note of what it was made of, and asks no site", async () => {
    await ensure("own");
    expect(world.helm.asked).toEqual(["publish mine 0.1.0 oci://localhost:5001/charts"]);
    expect(pushed()).toMatchObject({ "templates/web.yaml": "own", "values.yaml": "replicas: 3\n" });
    const mark = await markOf(await readLabChart(project.path, "mine"), "own");
    expect(load(pushed()["Chart.yaml"] ?? "")).toMatchObject({ annotations: { [markKey]: mark } });
  });
});

describe("upstream", () => {
  it("pulls the published chart and those in it, and pushes it under the lab's version", async () => {
    await ensure("upstream");
    expect(world.helm.asked).toEqual([
      "pull mine 2.0.0 https://charts.test",
      "pull inner 5.0.0 https://inner.test",
      "publish mine 0.1.0 oci://localhost:5001/charts",
    ]);
    expect(Object.keys(pushed())).toEqual([
      "Chart.yaml",
      "charts/inner-most/Chart.yaml",
      "charts/inner/Chart.yaml",
      "templates/labctl/more.yaml",
      "templates/web.yaml",
      "values.yaml",
    ]);
    expect(load(pushed()["Chart.yaml"] ?? "")).toMatchObject({
      version: "0.1.0",
      dependencies: [{ name: "inner", version: "5.0.0", repository: "https://inner.test" }],
    });
    expect(pushed()["charts/inner/Chart.yaml"]).toBe("version: 5.0.0\n");
    expect(pushed()["values.yaml"]).toBe("image: ours\nreplicas: 1 # Few.\n");
  });

  it("asks the site once", async () => {
    await ensure("upstream");
    await ensure("upstream");
    expect(world.helm.asked.filter((line) => line.startsWith("pull mine"))).toHaveLength(1);
  });

  it("pushes nothing where the site does not answer, and asks again the next time", async () => {
    world.helm.published.delete("inner 5.0.0");
    await expect(ensure("upstream")).rejects.toThrow("no inner at https://inner.test");
    expect(world.helm.pushed.size).toBe(0);
    world.helm.published.set("inner 5.0.0", { "Chart.yaml": "version: 5.0.0\n" });
    await ensure("upstream");
    expect(world.helm.pushed.size).toBe(1);
  });
});

describe("is to do", () => {
  it("until the registry has what is wanted, and not after that", async () => {
    expect(await isDone()).toBe(false);
    await hold("own");
    expect(await isDone()).toBe(true);
    expect(world.helm.asked).toEqual([]);
  });

  it("when the charts are to come from elsewhere", async () => {
    await hold("own");
    world.platform.chartSource = "upstream";
    expect(await isDone()).toBe(false);
  });

  it("when a student has pushed one of their own over it", async () => {
    world.platform.manifests.set("charts/mine:0.1.0", { digest: "sha256:1", config: "sha256:2" });
    expect(await isDone()).toBe(false);
  });
});

it("says what to bring back where there is no registry, and does not ask a site for nothing", async () => {
  world.platform.engineFacts = { kind: "private", running: false };
  await expect(ensure("upstream")).rejects.toMatchObject({
    message: "The charts of labs go into the lab registry at localhost:5001, which does not answer.",
    hint: "Bring it back with: labctl up",
  });
  expect(world.helm.asked).toEqual([]);
});
