/** Which charts a cluster was brought up with (`labctl up --charts upstream`), beside its ports: labs start later. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { chartSources, type ChartSource } from "../charts/chart-source.ts";
import type { Chosen, PlatformChoice } from "../platform.ts";

const chartsFile = z.strictObject({ charts: z.enum(chartSources) });

export async function saveClusterCharts(home: string, cluster: string, charts: ChartSource): Promise<void> {
  const path = pathOf(home, cluster);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ charts }));
}

/** What the command line asks for, else what was kept for the cluster, else labctl's own. */
export async function chooseChartSource(
  home: string,
  { charts, cluster }: Pick<PlatformChoice, "charts" | "cluster">,
): Promise<Chosen<ChartSource>> {
  if (charts !== undefined) return { value: charts, why: "asked for with --charts" };
  const text = await readFile(pathOf(home, cluster), "utf8").catch(() => undefined);
  if (text === undefined) return { value: "own", why: "labctl up was told nothing else" };
  return { value: chartsFile.parse(JSON.parse(text)).charts, why: "as labctl up was told" };
}

function pathOf(home: string, cluster: string): string {
  return join(home, "clusters", cluster, "charts.json");
}
