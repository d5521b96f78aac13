import { runningClusters } from "../cluster/running-clusters.ts";
import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";

export const down = defineCommand({
  usage: "down",
  summary: "Stop the cluster, the registry and the engine",
  description:
    "What is in the cluster stays, and labctl up brings it back. With --purge everything of labctl goes: cluster, images, engine, caches and its folder.",
  options: { purge: { type: "boolean", default: false, describe: "Remove everything, caches included" } },
  examples: [
    ["labctl down", "Stop for today"],
    ["labctl down --purge", "Leave nothing behind"],
  ],
  exclusive: true,
  async run(args, deps) {
    const { platform } = await openContext(args, deps);
    const { engine, images, registry, cluster, docker } = platform;
    if (args.purge) refuseForeignHome(deps);
    const { running } = await engine.observe();
    if (args.purge) {
      // Without its engine there is nothing left to ask; removing the engine removes what it held.
      if (running) {
        await cluster.remove(deps.progress);
        await deps.progress.step("Remove the registry", () => registry.remove());
        // A private engine takes its images with it.
        if (engine.kind === "host") await images.removeAll(deps.progress);
      }
      await engine.remove(deps.progress);
      await deps.progress.step(`Remove ${deps.places.home}`, () =>
        removeHome(deps, engine.kind === "private"),
      );
      deps.streams.out.write("Everything of labctl is removed.\n");
      return exitCodes.ok;
    }
    if (running) {
      await cluster.stop(deps.progress);
      await deps.progress.step("Stop the registry", () => registry.stop());
    }
    const others = running ? await runningClusters(deps.places.home, docker) : [];
    if (others.length === 0) await engine.stop(deps.progress);
    const stays = others.length > 0 ? ` The engine stays, since ${others.join(", ")} runs in it.` : "";
    const back = cluster.name === "labctl" ? "labctl up" : `labctl up --cluster ${cluster.name}`;
    deps.streams.out.write(`Cluster ${cluster.name} is stopped.${stays} Bring it back with: ${back}\n`);
    return exitCodes.ok;
  },
});

/** @throws UsageError for a home that holds more than labctl's own. */
function refuseForeignHome({ places, env }: Deps): void {
  const { home, project } = places;
  if ([env["HOME"], "/", project].includes(home) || project.startsWith(`${home}/`)) {
    throw new UsageError({
      message: "LABCTL_HOME is no folder of labctl's own; it stays as it is.",
      lastSeen: home,
      hint: "Remove by hand what labctl made in it.",
    });
  }
}

async function removeHome({ places, exec }: Deps, asRoot: boolean): Promise<void> {
  const { home } = places;
  // Go makes its module cache read-only, which keeps rm out for anyone but root.
  await exec.run(["chmod", "-R", "u+w", home], { root: asRoot, allowFailure: true });
  await exec.run(["rm", "-rf", "--one-file-system", home], { root: asRoot });
}
