import { join } from "node:path";
import { markKey, markOf, readLabChart, type LabChart } from "../charts/lab-chart.ts";
import { makeChart } from "../charts/make-chart.ts";
import { EnvironmentError } from "../errors.ts";
import { KnownDigests } from "../host/known-digests.ts";
import { createTemporaryFolder } from "../temporary-folder.ts";
import type { Step, StepContext } from "./step.ts";

/** Charts of charts/ in the lab registry, each with a note of what it was made of. They stay over every reset. */
export function chartsStep(names: readonly string[]): Step {
  return {
    title: `Charts in the registry: ${names.join(", ")}`,
    isDone: async (context) => {
      const charts = await readCharts(names, context);
      return (await Promise.all(charts.map((chart) => isPushed(chart, context)))).every(Boolean);
    },
    ensure: async (context, step) => {
      await requireRegistry(context);
      for (const chart of await readCharts(names, context)) {
        step.detail(`${chart.name} ${chart.version} (${context.platform.chartSource.value})`);
        await push(chart, context);
      }
    },
  };
}

function readCharts(names: readonly string[], { deps }: StepContext): Promise<readonly LabChart[]> {
  return Promise.all(names.map((name) => readLabChart(deps.places.project, name)));
}

/** Whatever has the chart's name there counts by its note alone: a student's own, pushed over it, has none. */
async function isPushed(chart: LabChart, { platform }: StepContext): Promise<boolean> {
  const manifest = await platform.registry.manifest(`charts/${chart.name}:${chart.version}`);
  return manifest?.annotations?.[markKey] === (await markOf(chart, platform.chartSource.value));
}

async function push(chart: LabChart, { deps, platform }: StepContext): Promise<void> {
  const source = platform.chartSource.value;
  const { home } = deps.places;
  const known = new KnownDigests(home);
  const maker = { helm: deps.helm, source, known, cache: join(home, "cache", "charts") };
  await using work = await createTemporaryFolder("chart");
  const folder = join(work.path, chart.name);
  await makeChart(chart, maker, folder);
  await deps.helm.publish({ ...chart, folder }, `oci://${platform.registry.host}/charts`);
}

/** Also of a lab in a cluster that labctl did not make (--context): Helm is on this machine, and so is the registry. */
async function requireRegistry({ platform: { registry, choice } }: StepContext): Promise<void> {
  if ((await registry.observe()).running) return;
  throw new EnvironmentError({
    message: `The charts of labs go into the lab registry at ${registry.host}, which does not answer.`,
    lastSeen:
      choice.context === undefined ? "it does not run" : `it does not run beside --context ${choice.context}`,
    hint: "Bring it back with: labctl up",
  });
}
