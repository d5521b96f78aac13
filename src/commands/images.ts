import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import type { ImageStatus } from "../images/images.ts";
import type { Platform } from "../platform.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { outputOption, writeOutput } from "./output.ts";

export const images = defineCommand({
  usage: "images <action> [names..]",
  summary: "List, build or prefetch labctl's images",
  description:
    "list: every recipe and whether its image is current. build: these images, or all of them with --all. prefetch: everything that labs need, built and pushed, before a lecture without a network.",
  positionals: {
    action: { type: "string", choices: ["list", "build", "prefetch"] as const, demandOption: true },
    names: { type: "string", array: true, default: [] as string[], describe: "Folders of images/" },
  },
  options: { ...outputOption, all: { type: "boolean", default: false, describe: "Every image" } },
  examples: [
    ["labctl images list", "What there is"],
    ["labctl images build --all", "Build whatever is not current"],
  ],
  async run(args, deps) {
    const { platform } = await openContext(args, deps);
    if (args.action === "list") {
      await writeOutput({ format: args.output, data: await platform.images.list(), text: asTable }, deps);
      return exitCodes.ok;
    }
    if (args.action === "build" && args.names.length === 0 && !args.all) {
      throw new UsageError({
        message: "Which images?",
        hint: "Name them, or run: labctl images build --all",
      });
    }
    return deps.exclusive(() => build(args, platform, deps));
  },
});

async function build(
  args: { readonly action: string; readonly names: readonly string[] },
  platform: Platform,
  deps: Deps,
) {
  await platform.engine.ensure(deps.progress);
  const known = await platform.images.list();
  const wanted = args.names.length > 0 ? args.names : known.map(({ name }) => name);
  await platform.images.ensure(wanted, deps.progress);
  if (args.action === "prefetch") {
    await platform.registry.ensure(deps.progress);
    const pushable = known.filter(({ repository }) => repository !== undefined).map(({ name }) => name);
    await platform.images.ensurePushed(
      pushable.filter((name) => wanted.includes(name)),
      deps.progress,
    );
  }
  deps.streams.out.write(`${String(wanted.length)} images are current.\n`);
  return exitCodes.ok;
}

function asTable(list: readonly ImageStatus[]): string {
  return renderTable(
    ["IMAGE", "STATE", "REPOSITORY", "SIZE"],
    list.map(({ name, state, repository, sizeBytes }) => [name, state, repository ?? "-", size(sizeBytes)]),
  );
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? "-" : `${(bytes / 1e6).toFixed(0)} MB`;
}
