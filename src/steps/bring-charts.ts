import { listUpstreamCharts } from "../charts/list-upstream-charts.ts";
import { saveClusterCharts } from "../cluster/cluster-charts.ts";
import { chartSteps } from "./index.ts";
import { runSteps } from "./run.ts";
import type { StepContext } from "./step.ts";

/**
 * Of `labctl up`: nothing where no charts were asked for, now or before. Else they are pushed now, so that a site out of
 * reach is known before a lab starts, and what was asked for is kept: the labs that the cluster starts later follow it.
 */
export async function bringCharts(context: StepContext): Promise<void> {
  const { deps, platform } = context;
  const { charts, cluster, context: foreign } = platform.choice;
  if (charts === undefined && platform.chartSource.value === "own") return;
  const { home, project } = deps.places;
  await runSteps(chartSteps(await listUpstreamCharts(project)), context, deps.progress);
  if (charts !== undefined && foreign === undefined) await saveClusterCharts(home, cluster, charts);
}
