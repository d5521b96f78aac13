import { exitCodes } from "../errors.ts";
import { formatDuration } from "../terminal/duration.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";

export const up = defineCommand({
  usage: "up",
  summary: "Bring up the lab cluster, or bring it back",
  description:
    "Looks at each part (engine, images, registry, cluster) and does what is missing; on a healthy cluster that is nothing. Safe to run at any time, and again after it was interrupted.",
  examples: [
    ["labctl up", "Bring up the cluster"],
    ["labctl up --http-port 18080", "With another port for the ingress controller"],
    ["labctl up --charts upstream", "With charts as they are published, where the network allows"],
  ],
  timeout: { usual: "90m" },
  exclusive: true,
  async run(args, deps) {
    const started = deps.clock.elapsed();
    const context = await openContext(args, deps);
    const [{ upSteps }, { runSteps }, { bringCharts }] = await Promise.all([
      import("../steps/index.ts"),
      import("../steps/run.ts"),
      import("../steps/bring-charts.ts"),
    ]);
    const { engineChoice, imageSource, chartSource, cluster, ports } = context.platform;
    deps.progress.note(`Engine: ${engineChoice.value} (${engineChoice.why})`);
    deps.progress.note(`Images: ${imageSource.value} (${imageSource.why})`);
    if (chartSource.value === "upstream") deps.progress.note(`Charts: upstream (${chartSource.why})`);
    await runSteps(upSteps, context, deps.progress);
    await bringCharts(context);
    const took = formatDuration(deps.clock.elapsed() - started);
    const page = `http://localhost:${String(ports.http)}`;
    deps.streams.out.write(
      `Cluster ${cluster.name} is up (${took}); its ingress is at ${page}. Next: labctl list\n`,
    );
    return exitCodes.ok;
  },
});
