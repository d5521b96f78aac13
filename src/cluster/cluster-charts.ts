/** Which charts a cluster was brought up with (`labctl up --charts upstream`): labs start later. */
import { z } from "zod";
import { chartSources, type ChartSource } from "../charts/chart-source.ts";
import type { Chosen } from "../chosen.ts";
import { clusterFile } from "./cluster-file.ts";

const file = clusterFile("charts.json", z.strictObject({ charts: z.enum(chartSources) }));

export async function saveClusterCharts(home: string, cluster: string, charts: ChartSource): Promise<void> {
  await file.save(home, cluster, { charts });
}

/** What the command line asks for, else what was kept for the cluster, else labctl's own. */
export async function chooseChartSource(
  home: string,
  { charts, cluster }: { readonly charts?: ChartSource; readonly cluster: string },
): Promise<Chosen<ChartSource>> {
  if (charts !== undefined) return { value: charts, why: "asked for with --charts" };
  const kept = await file.load(home, cluster);
  return kept
    ? { value: kept.charts, why: "as labctl up was told" }
    : { value: "own", why: "labctl up was told nothing else" };
}
