import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isSeq, parseDocument, type Document } from "yaml";
import type { Helm, PublishedChart } from "../helm/helm.ts";
import type { KnownDigests } from "../host/known-digests.ts";
import { exists } from "../exists.ts";
import { cachedPath } from "../images/cached-path.ts";
import { digestOf } from "../oci/content-digest.ts";
import type { ChartSource } from "./chart-source.ts";
import { isPublished, markKey, markOf, type LabChart, type PublishedLabChart } from "./lab-chart.ts";
import { layValues } from "./lay-values.ts";

export interface ChartMaker {
  readonly helm: Helm;
  readonly source: ChartSource;
  readonly known: KnownDigests;
  /** Where published charts are kept, so that a site is asked once for each version. */
  readonly cache: string;
}

/**
 * Makes the chart that labs install, in a folder that is not there yet. Of upstream it is the published one with
 * charts/<name>/upstream over it (values and what templates it has no name for), under the name and version of
 * labctl's own, so that a lab's text is right for both.
 * @throws EnvironmentError when the published chart is neither in the cache nor to be had.
 */
export async function makeChart(chart: LabChart, maker: ChartMaker, into: string): Promise<void> {
  const { folder, version } = chart;
  const isUpstream = isPublished(chart, maker.source);
  if (isUpstream) await layOverPublished(chart, maker, into);
  else await cp(folder, into, { recursive: true });
  const mark = await markOf(chart, maker.source);
  await edit(join(into, "Chart.yaml"), (document) => {
    document.set("version", version);
    document.setIn(["annotations", markKey], mark);
    if (isUpstream) nameDependencies(document, chart.upstream.dependencies);
  });
}

type Dependencies = PublishedLabChart["upstream"]["dependencies"];

async function layOverPublished(chart: PublishedLabChart, maker: ChartMaker, into: string): Promise<void> {
  const own = join(chart.folder, "upstream");
  await cp(await published(chart, maker), into, { recursive: true });
  const values = join(into, "values.yaml");
  const over = await readFile(join(own, "values.yaml"), "utf8");
  await writeFile(values, layValues(await readFile(values, "utf8"), over));
  const templates = join(own, "templates");
  if (await exists(templates)) await cp(templates, join(into, "templates", "labctl"), { recursive: true });
}

/** The published chart, with the charts in it that it is to have; from the cache where it has been pulled before. */
async function published({ name, upstream }: PublishedLabChart, maker: ChartMaker): Promise<string> {
  const { repo, version, sha256, dependencies } = upstream;
  const key = digestOf([repo, sha256, dependencies]).slice(0, 12);
  const path = join(maker.cache, `${name}-${version}-${key}`);
  const pulled = await cachedPath(path, async (temporary) => {
    await pull({ name, repo, version, sha256 }, temporary, maker);
    for (const [inner, where] of Object.entries(dependencies)) {
      const charts = join(temporary, name, "charts");
      await removeChart(charts, inner);
      await pull({ name: inner, ...where }, charts, maker);
    }
    // It would speak of what was there before.
    await rm(join(temporary, name, "Chart.lock"), { force: true });
  });
  return join(pulled, name);
}

/** One whose digest is not written in source.yaml is the one that it was the first time. */
async function pull(chart: PublishedChart, into: string, { helm, known }: ChartMaker): Promise<void> {
  const name = `chart ${chart.name} ${chart.version} of ${chart.repo}`;
  const digest = await helm.pull({ ...chart, sha256: chart.sha256 ?? (await known.all())[name] }, into);
  if (chart.sha256 === undefined) await known.note(name, digest);
}

/** As a folder, or as it was packed. */
async function removeChart(charts: string, name: string): Promise<void> {
  const entries = await readdir(charts).catch(() => []);
  const packed = new RegExp(`^${name}-\\d.*\\.tgz$`);
  for (const entry of entries.filter((each) => each === name || packed.test(each)))
    await rm(join(charts, entry), { recursive: true });
}

function nameDependencies(document: Document, dependencies: Dependencies): void {
  const listed = document.get("dependencies");
  for (const entry of isSeq(listed) ? listed.items : []) {
    const where = isMap(entry) ? dependencies[String(entry.get("name"))] : undefined;
    if (!isMap(entry) || !where) continue;
    entry.set("version", where.version);
    entry.set("repository", where.repo);
  }
}

async function edit(path: string, change: (document: Document) => void): Promise<void> {
  const document = parseDocument(await readFile(path, "utf8"));
  change(document);
  await writeFile(path, document.toString({ lineWidth: 0 }));
}
