import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { ChartSource } from "../../src/charts/chart-source.ts";
import { readLabChart, type LabChart } from "../../src/charts/lab-chart.ts";
import { makeChart } from "../../src/charts/make-chart.ts";
import { createExec } from "../../src/exec/execa-exec.ts";
import { createCliHelm } from "../../src/helm/cli-helm.ts";
import { KnownDigests } from "../../src/host/known-digests.ts";
import type { Helm } from "../../src/helm/helm.ts";
import { ChartSite } from "./chart-site.ts";
import { RenderedChart } from "./rendered-chart.ts";

/** The folder with charts/ and labs/. */
export const project = join(import.meta.dirname, "..", "..");
const program = join(process.env["LABCTL_HOME"] ?? join(homedir(), ".labctl"), "bin", "helm");
const exec = createExec({ env: process.env, isRoot: false });

/**
 * `--charts upstream` with the real Helm: a site of charts on 127.0.0.1, and what is made of them. The charts there are
 * written for the tests, in the shape of the published ones (tests/fixtures/upstream-charts).
 */
export class ChartWorkshop implements AsyncDisposable {
  readonly helm: Helm;
  readonly #home: string;
  readonly #site: ChartSite;

  private constructor(home: string, site: ChartSite) {
    this.#home = home;
    this.#site = site;
    this.helm = createCliHelm({ exec, home, signal: new AbortController().signal });
  }

  static async open(): Promise<ChartWorkshop> {
    const home = await mkdtemp(join(tmpdir(), "labctl-charts-"));
    const packed = join(home, "site");
    await mkdir(packed);
    await mkdir(join(home, "bin"));
    await symlink(program, join(home, "bin", "helm"));
    const fixtures = join(project, "tests", "fixtures", "upstream-charts");
    for (const name of ["dask", "daskhub", "jupyterhub", "dask-gateway"])
      await exec.run([program, "package", join(fixtures, name), "--destination", packed]);
    await exec.run([program, "repo", "index", packed]);
    return new ChartWorkshop(home, await ChartSite.open(packed));
  }

  get site(): ChartSite {
    return this.#site;
  }

  /** The chart as charts/ has it, but for where its published one is. */
  async chartOf(name: string): Promise<LabChart> {
    const chart = await readLabChart(project, name);
    if (!chart.upstream) return chart;
    const repo = this.#site.url;
    const inner = Object.entries(chart.upstream.dependencies);
    const dependencies = Object.fromEntries(inner.map(([key, { version }]) => [key, { repo, version }]));
    // The digest is the real one's.
    return { ...chart, upstream: { ...chart.upstream, repo, dependencies, sha256: undefined } };
  }

  /** The folder of the chart that is pushed. */
  async made(name: string, source: ChartSource = "upstream"): Promise<string> {
    const folder = join(await mkdtemp(join(this.#home, "made-")), name);
    const known = new KnownDigests(this.#home);
    const maker = { helm: this.helm, source, known, cache: join(this.#home, "cache") };
    await makeChart(await this.chartOf(name), maker, folder);
    return folder;
  }

  /** `helm template` of it, as a release of its name in the lab's namespace. */
  async rendered(name: string, ...options: readonly string[]): Promise<RenderedChart> {
    const folder = await this.made(name);
    // What every cluster has, and Helm does not know of without one.
    const ingresses = ["--api-versions", "networking.k8s.io/v1/Ingress"];
    const line = [program, "template", name, folder, "--namespace", `lab-${name}`, ...ingresses, ...options];
    return new RenderedChart((await exec.run(line)).stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#site[Symbol.asyncDispose]();
    await rm(this.#home, { recursive: true });
  }
}
