import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Docker } from "../docker/docker.ts";
import type { Progress, StepProgress } from "../terminal/progress.ts";
import { buildContext } from "./docker-build-context.ts";
import { localTag, recipeLabel, stageLabel } from "../oci/local-tag.ts";
import type { Recipe } from "./recipe.ts";
import { sourcesOf, type RecipeSource } from "./recipe-sources.ts";
import type { ContextEntry, SourceContext, Workshop } from "./sources/source.ts";

export interface BuilderParts extends Workshop {
  readonly docker: Docker;
  /** All recipes; those that are built name others. */
  readonly recipes: readonly Recipe[];
  /** By recipe; written on the image as its label. */
  readonly digests: ReadonlyMap<string, string>;
  /** Given to an image as soon as it is built: the next recipe may save it under one of them. */
  readonly tagsOf: (recipe: Recipe) => readonly string[];
  /** Whether what has become old in the cache is brought again. */
  readonly renew: boolean;
  readonly progress: Progress;
}

/** Builds recipes in the order given; parents that are not among them are in the engine already. */
export async function buildImages(wanted: readonly Recipe[], given: BuilderParts): Promise<void> {
  const failed = new AbortController();
  const signal = given.signal ? AbortSignal.any([given.signal, failed.signal]) : failed.signal;
  const parts = { ...given, signal };
  const scratch = join(parts.cache, "scratch");
  await rm(scratch, { recursive: true, force: true });
  const compiled = compileAll(wanted, parts);
  try {
    for (const recipe of wanted) await buildOne(recipe, compiled, parts);
  } finally {
    failed.abort();
    await Promise.allSettled(compiled.values());
    await rm(scratch, { recursive: true, force: true });
  }
}

type Compiled = ReadonlyMap<Recipe, Promise<readonly ContextEntry[]>>;

/**
 * Compiling takes minutes of every core and needs no image, so it begins at once, one after the other, beside the
 * downloads and builds of what comes earlier in the order.
 */
function compileAll(wanted: readonly Recipe[], parts: BuilderParts): Compiled {
  const compiled = new Map<Recipe, Promise<readonly ContextEntry[]>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const recipe of wanted) {
    const sources = sourcesOf(recipe).filter(({ lane }) => lane === "compile");
    if (sources.length === 0) continue;
    const entries = before.then(() =>
      parts.progress.step(`Compile what image ${recipe.name} is made of`, (step) =>
        prepare({ recipe, sources, step, labels: {} }, parts),
      ),
    );
    // Told where it is awaited, which may be never when something else fails first.
    entries.catch(() => undefined);
    compiled.set(recipe, entries);
    before = entries;
  }
  return compiled;
}

async function buildOne(recipe: Recipe, compiled: Compiled, parts: BuilderParts): Promise<void> {
  await parts.progress.step(`Build image ${recipe.name}`, async (step) => {
    const sources = sourcesOf(recipe).filter(({ lane }) => lane === "download");
    const labels: Record<string, string> = { [recipeLabel]: parts.digests.get(recipe.name) ?? "" };
    const downloaded = await prepare({ recipe, sources, step, labels }, parts);
    if (compiled.has(recipe)) step.detail("waiting for the compiler");
    const entries = [
      { from: recipe.folder, to: "." },
      ...downloaded,
      ...((await compiled.get(recipe)) ?? []),
    ];
    const request = { context: buildContext(entries), tag: localTag(recipe.name), labels };
    await parts.docker.build(request, step.detail, parts.signal);
    for (const tag of parts.tagsOf(recipe)) await parts.docker.tag(localTag(recipe.name), tag);
    await removeStages(parts.docker);
    await rm(scratchOf(recipe, parts), { recursive: true, force: true });
  });
}

/** Of the node image it is a gigabyte. */
async function removeStages(docker: Docker): Promise<void> {
  const stages = (await docker.images()).filter(({ labels }) => stageLabel in labels);
  for (const { id } of stages) await docker.removeUnusedImage(id);
}

interface Preparation {
  readonly recipe: Recipe;
  readonly sources: readonly RecipeSource[];
  readonly step: StepProgress;
  /** Those of the image; sources add theirs. */
  readonly labels: Record<string, string>;
}

async function prepare(work: Preparation, parts: BuilderParts): Promise<readonly ContextEntry[]> {
  const context = sourceContext(work, parts);
  await mkdir(context.scratch, { recursive: true });
  const entries: ContextEntry[] = [];
  for (const source of work.sources) entries.push(...(await source.prepare(context)));
  return entries;
}

function sourceContext({ recipe, step, labels }: Preparation, parts: BuilderParts): SourceContext {
  const { exec, clock, env, cache, signal, docker, renew } = parts;
  const shared = { exec, clock, env, cache, docker, renew, ...(signal && { signal }) };
  return {
    ...shared,
    folder: recipe.folder,
    parent: recipe.from === undefined ? undefined : localTag(recipe.from),
    scratch: scratchOf(recipe, parts),
    tagsOf: (name) => {
      const tags = parts.recipes.find((each) => each.name === name)?.tags ?? [];
      return tags.length > 0 ? tags : [localTag(name)];
    },
    label: (key, value) => {
      labels[key] = value;
    },
    detail: step.detail,
  };
}

function scratchOf(recipe: Recipe, parts: BuilderParts): string {
  return join(parts.cache, "scratch", recipe.name);
}
