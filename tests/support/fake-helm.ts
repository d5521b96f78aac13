import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { EnvironmentError } from "../../src/errors.ts";
import { digestOf } from "../../src/oci/content-digest.ts";
import type { ChartFolder, Helm, LintedChart, PublishedChart } from "../../src/helm/helm.ts";

/** Charts that are in a map; what is not in it cannot be pulled. */
export class FakeHelm implements Helm {
  /** What was pulled and published, in its order: `pull dask 1.0.0 https://charts.test`. */
  readonly asked: string[] = [];
  /** Files of published charts, by name and version (`dask 1.0.0`) and by path. */
  readonly published = new Map<string, Readonly<Record<string, string>>>();
  /** The texts of the charts that were published here, by name and version and by path. */
  readonly pushed = new Map<string, Readonly<Record<string, string>>>();
  /** By reference and version: `oci://localhost:5001/charts/mine 0.1.0`. */
  readonly charts = new Map<string, LintedChart>();

  async inspect(reference: string, version: string): Promise<LintedChart> {
    const chart = this.charts.get(`${reference} ${version}`);
    if (chart) return chart;
    throw new EnvironmentError({ message: `helm could not pull ${reference}.`, hint: "labctl status" });
  }

  async pull({ name, repo, version, sha256 }: PublishedChart, into: string): Promise<string> {
    this.asked.push(`pull ${name} ${version} ${repo}`);
    const files = this.published.get(`${name} ${version}`);
    if (!files) throw new EnvironmentError({ message: `no ${name} at ${repo}`, hint: "--charts own" });
    const digest = digestOf(files);
    if (sha256 !== undefined && sha256 !== digest) {
      throw new EnvironmentError({ message: `another ${name} at ${repo}`, hint: "--charts own" });
    }
    for (const [path, text] of Object.entries(files)) {
      const file = join(into, name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return digest;
  }

  async publish({ folder, name, version }: ChartFolder, to: string): Promise<void> {
    this.asked.push(`publish ${name} ${version} ${to}`);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(
      paths.sort().map(async (path) => [relative(folder, path), await readFile(path, "utf8")] as const),
    );
    this.pushed.set(`${name} ${version}`, Object.fromEntries(texts));
  }
}
