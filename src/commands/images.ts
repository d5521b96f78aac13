import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import type { ImagePackages, ImageStatus } from "../images/images.ts";
import type { Platform } from "../platform.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { outputOption, writeOutput } from "./output.ts";

export const images = defineCommand({
  usage: "images <action> [names..]",
  summary: "List, build, prefetch or look into labctl's images",
  description:
    "list: every recipe and whether its image is current. build: these images, or all of them with --all. prefetch: everything that labs need, built and pushed, before a lecture without a network. packages: what these images, or all, have of Debian.",
  positionals: {
    action: {
      type: "string",
      choices: ["list", "build", "prefetch", "packages"] as const,
      demandOption: true,
    },
    names: { type: "string", array: true, default: [] as string[], describe: "Folders of images/" },
  },
  options: {
    ...outputOption,
    all: { type: "boolean", default: false, describe: "Every image" },
    refresh: {
      type: "boolean",
      default: false,
      describe: "Build anew what Debian has newer packages for, too",
    },
  },
  examples: [
    ["labctl images list", "What there is"],
    ["labctl images build --all", "Build whatever is not current"],
    ["labctl images build --all --refresh", "With Debian's newest packages, between two courses"],
  ],
  async run(args, deps) {
    if (args.refresh && args.action !== "build") {
      throw new UsageError({
        message: `labctl images ${args.action} takes no --refresh.`,
        hint: "Newer packages are a build's: labctl images build --all --refresh",
      });
    }
    const { platform } = await openContext(args, deps);
    if (args.action === "list") {
      await writeOutput({ format: args.output, data: await platform.images.list(), text: asTable }, deps);
      return exitCodes.ok;
    }
    if (args.action === "packages") {
      const names = await namesOrAll(args.names, platform);
      const data = await platform.images.packages(names);
      await writeOutput({ format: args.output, data, text: asPackageTable }, deps);
      return exitCodes.ok;
    }
    if (args.action === "build" && args.names.length === 0 && !args.all) {
      throw new UsageError({
        message: "Which images?",
        hint: "Name them, or run: labctl images build --all",
      });
    }
    await platform.images.require(args.names);
    return deps.exclusive(() => build(args, platform, deps));
  },
});

async function build(
  args: { readonly action: string; readonly names: readonly string[]; readonly refresh: boolean },
  platform: Platform,
  deps: Deps,
) {
  await platform.engine.ensure(deps.progress);
  const wanted = await namesOrAll(args.names, platform);
  await platform.images.ensure(wanted, deps.progress, { refresh: args.refresh });
  if (args.action === "prefetch") {
    await platform.registry.ensure(deps.progress);
    const known = await platform.images.list();
    const pushable = known.filter(({ repository }) => repository !== undefined).map(({ name }) => name);
    await platform.images.ensurePushed(
      pushable.filter((name) => wanted.includes(name)),
      deps.progress,
    );
  }
  deps.streams.out.write(`${String(wanted.length)} images are current.\n`);
  return exitCodes.ok;
}

async function namesOrAll(names: readonly string[], { images }: Platform): Promise<readonly string[]> {
  return names.length > 0 ? names : (await images.list()).map(({ name }) => name);
}

function asTable(list: readonly ImageStatus[]): string {
  return renderTable(
    ["IMAGE", "STATE", "REPOSITORY", "SIZE", "DEBIAN OF"],
    list.map(({ name, state, repository, sizeBytes, debian }) => {
      const day = debian ? (debian.day?.slice(0, "2026-01-01".length) ?? "unknown") : "-";
      return [name, state, repository ?? "-", size(sizeBytes), day];
    }),
  );
}

function asPackageTable(list: readonly ImagePackages[]): string {
  const rows = list.flatMap(({ name, packages }) => packages.map((each) => [name, each.name, each.version]));
  return renderTable(["IMAGE", "PACKAGE", "VERSION"], rows);
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? "-" : `${(bytes / 1e6).toFixed(0)} MB`;
}
