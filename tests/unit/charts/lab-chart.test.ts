import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { markOf, readLabChart } from "../../../src/charts/lab-chart.ts";
import { listUpstreamCharts } from "../../../src/charts/list-upstream-charts.ts";
import { LabDefinitionError } from "../../../src/errors.ts";
import { projectFolder } from "../../support/project-folder.ts";

const chart = "apiVersion: v2\nname: mine\nversion: 0.1.0\n";
const source = "apiVersion: labctl.dev/v1\nkind: UpstreamChart\nrepo: https://charts.test\nversion: 1.0.0\n";

it("reads what the project's charts are, and what is published in their place", async () => {
  const project = join(import.meta.dirname, "..", "..", "..");
  expect(await listUpstreamCharts(project)).toEqual(["dask", "daskhub"]);
  expect(await readLabChart(project, "daskhub")).toMatchObject({
    version: "0.1.0",
    upstream: { repo: "https://helm.dask.org", dependencies: { jupyterhub: { version: "4.4.0" } } },
  });
});

it("is the chart alone where nothing is published in its place, whatever is asked for", async () => {
  await using project = await projectFolder({ "charts/mine/Chart.yaml": chart });
  const mine = await readLabChart(project.path, "mine");
  expect(mine.upstream).toBeUndefined();
  expect(await listUpstreamCharts(project.path)).toEqual([]);
  expect(await markOf(mine, "upstream")).toBe(await markOf(mine, "own"));
});

it("is told apart by its files and by where it comes from", async () => {
  const files = { "charts/mine/Chart.yaml": chart, "charts/mine/upstream/source.yaml": source };
  await using project = await projectFolder(files);
  await using other = await projectFolder({ ...files, "charts/mine/values.yaml": "a: 1\n" });
  const mine = await readLabChart(project.path, "mine");
  const marks = await Promise.all([
    markOf(mine, "own"),
    markOf(mine, "upstream"),
    markOf(await readLabChart(other.path, "mine"), "own"),
  ]);
  expect(new Set(marks).size).toBe(3);
});

it("refuses a source.yaml that does not say which version", async () => {
  await using project = await projectFolder({
    "charts/mine/Chart.yaml": chart,
    "charts/mine/upstream/source.yaml": source.replace("version: 1.0.0\n", ""),
  });
  const read = readLabChart(project.path, "mine");
  await expect(read).rejects.toThrow(LabDefinitionError);
  const { problems } = (await read.catch((error: unknown) => error)) as LabDefinitionError;
  expect(problems.map(({ file }) => file)).toEqual(["charts/mine/upstream/source.yaml"]);
  expect(problems[0]?.message).toMatch(/^version: /);
});

it("refuses a chart with a link in it, or that is one", async () => {
  await using project = await projectFolder({ "charts/mine/Chart.yaml": chart });
  await symlink("mine", join(project.path, "charts/other"));
  await symlink("/etc/hostname", join(project.path, "charts/mine/name"));
  await expect(readLabChart(project.path, "mine")).rejects.toMatchObject({
    problems: [
      {
        file: "charts/mine/name",
        message: 'it is a link to "/etc/hostname": put the file itself there',
      },
    ],
  });
  await expect(readLabChart(project.path, "other")).rejects.toThrow(LabDefinitionError);
});

it.each([
  ["charts/mine/upstream/source.yaml:3: repo: ", source.replace("https://charts.test", "file:///etc")],
  ["charts/mine/upstream/source.yaml:3: repo: ", source.replace("https://charts.test", "--repo=x")],
  ["charts/mine/upstream/source.yaml:4: version: ", source.replace("1.0.0", "--devel")],
  ["charts/mine/upstream/source.yaml:4: version: ", source.replace("1.0.0", '">=1"')],
  [
    "charts/mine/upstream/source.yaml:6: dependencies.--untardir=x: ",
    `${source}dependencies:\n  --untardir=x: { repo: "https://charts.test", version: 1.0.0 }\n`,
  ],
  [
    "charts/mine/upstream/source.yaml:6: dependencies.a/../..: ",
    `${source}dependencies:\n  a/../..: { repo: "https://charts.test", version: 1.0.0 }\n`,
  ],
])("refuses what would be more than a word to Helm: %s", async (start, text) => {
  const files = { "charts/mine/Chart.yaml": chart, "charts/mine/upstream/source.yaml": text };
  await using project = await projectFolder(files);
  const error = await readLabChart(project.path, "mine").catch((thrown: unknown) => thrown);
  const { problems } = error as LabDefinitionError;
  expect(problems).toHaveLength(1);
  const found = problems.map(({ file, line, message }) => `${file}:${line ?? 0}: ${message}`)[0] ?? "";
  expect(found.startsWith(start), found).toBe(true);
  expect(found).toContain(" like ");
});

it("refuses a version that would lead to another file, and a name that is none", async () => {
  await using project = await projectFolder({
    "charts/mine/Chart.yaml": chart.replace("0.1.0", "../../../0.1.0"),
    "charts/--mine/Chart.yaml": chart,
  });
  await expect(readLabChart(project.path, "mine")).rejects.toMatchObject({
    problems: [{ file: "charts/mine/Chart.yaml", line: 3 }],
  });
  await expect(readLabChart(project.path, "--mine")).rejects.toThrow(LabDefinitionError);
});
