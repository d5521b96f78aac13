import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Places } from "../places.ts";
import type { Docker, LocalImage } from "../docker/docker.ts";
import { UsageError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import { KnownDigests } from "../host/known-digests.ts";
import type { Registry } from "../registry/registry.ts";
import type { Progress } from "../terminal/progress.ts";
import { buildOrder, needsOf } from "./build-order.ts";
import { discoverRecipes } from "./discover-recipes.ts";
import { debianPackages } from "./debian-packages.ts";
import { debianSuite, debianUpdates } from "./debian-updates.ts";
import { ensureDiskSpace } from "./disk-space.ts";
import { buildImages } from "./docker-image-builder.ts";
import { imageOf, statusOf, type Inventory } from "./image-state.ts";
import type { PushedImage } from "../oci/pushed-image.ts";
import type { EnsureOptions, ImagePackages, Images, ImageSource, ImageStatus } from "./images.ts";
import { localTag, recipeLabel } from "../oci/local-tag.ts";
import { pullImage } from "./pull-image.ts";
import { pushImage } from "./push-image.ts";
import { isPulled, recipeDigests } from "./recipe-digest.ts";
import type { Recipe } from "./recipe.ts";
import { dpkgStatus } from "./sources/debian.ts";
import type { Workshop } from "./sources/source.ts";

export interface ImagesParts {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly places: Places;
  readonly docker: Docker;
  readonly registry: Registry;
  readonly source: ImageSource;
  readonly signal?: AbortSignal;
  /** Bytes free at a path; asked before something is built. */
  readonly freeBytes?: (path: string) => Promise<number>;
}

export function createImages(parts: ImagesParts): Images {
  return new DockerImages(parts);
}

class DockerImages implements Images {
  readonly #parts: ImagesParts;
  readonly #known: KnownDigests;

  constructor(parts: ImagesParts) {
    this.#parts = parts;
    this.#known = new KnownDigests(parts.places.home);
  }

  async list(): Promise<readonly ImageStatus[]> {
    const look = await this.#look();
    return look.recipes.map((recipe) => statusOf(recipe, look));
  }

  async ensure(names: readonly string[], progress: Progress, options: EnsureOptions = {}): Promise<void> {
    await this.#ensure(names, progress, options);
  }

  async packages(names: readonly string[]): Promise<readonly ImagePackages[]> {
    const look = await this.#look();
    const listed = select(look.recipes, names).map(async (recipe) => {
      const suite = debianSuite(recipe, look.recipes);
      if (suite === undefined || !imageOf(recipe, look)) return [];
      const status = await this.#parts.docker.readFile(localTag(recipe.name), dpkgStatus);
      if (status === undefined) return [];
      const { name, debian } = statusOf(recipe, look);
      return { name, suite, ...debian, packages: debianPackages(status.toString()) };
    });
    return (await Promise.all(listed)).flat();
  }

  async removeAll(progress: Progress): Promise<void> {
    const { docker } = this.#parts;
    const built = (await docker.images()).filter(({ labels }) => recipeLabel in labels);
    if (built.length === 0) return;
    await progress.step(`Remove ${String(built.length)} images`, async () => {
      for (const tag of built.flatMap(({ tags }) => tags)) await docker.untag(tag);
    });
  }

  async ensurePushed(names: readonly string[], progress: Progress): Promise<readonly PushedImage[]> {
    const look = await this.#ensure(names, progress);
    const pushed: PushedImage[] = [];
    for (const recipe of select(look.recipes, names)) {
      const image = imageOf(recipe, look);
      if (!image) throw new Error(`image ${recipe.name} is missing after it was made`);
      pushed.push(await pushImage({ recipe, image, progress }, this.#parts));
    }
    return pushed;
  }

  /** @returns what is there afterwards. */
  async #ensure(
    names: readonly string[],
    progress: Progress,
    { refresh = false }: EnsureOptions = {},
  ): Promise<Inventory> {
    const look = await this.#look();
    const wanted = select(look.recipes, names).map(({ name }) => name);
    const needs = (recipe: Recipe): readonly string[] =>
      isPulled(recipe, look.source) ? [] : needsOf(recipe);
    const all = buildOrder(look.recipes, wanted, needs);
    const isCurrent = (recipe: Recipe): boolean => statusOf(recipe, look).state === "current";
    const current = all.filter(isCurrent);
    const moved = refresh ? await this.#pullAnew(current, look, progress) : [];
    const outdated = refresh
      ? await this.#outdated(current, { ...look, moved }, progress)
      : new Set<string>();
    const todo = all.filter((recipe) => !isCurrent(recipe) || outdated.has(recipe.name));
    // First: what is made next may need an image by one of its tags, lost when a run was killed after the build.
    const tagged = await this.#ensureTags(current, look.images);
    if (todo.length > 0) await this.#make(todo, { ...look, renew: refresh }, progress);
    const changed = [...moved, ...todo];
    if (changed.length === 0 && !tagged) return look;
    const after = { ...look, images: await this.#parts.docker.images() };
    await this.#removeReplaced(changed, look, after);
    return after;
  }

  /** @returns those whose tag stands for another image than it did. */
  async #pullAnew(there: readonly Recipe[], look: Inventory, progress: Progress): Promise<readonly Recipe[]> {
    const pulled = there.filter((each) => isPulled(each, look.source));
    for (const recipe of pulled) await this.#pull(recipe, true, progress);
    const images = await this.#parts.docker.images();
    return pulled.filter((recipe) => imageOf(recipe, { images })?.id !== imageOf(recipe, look)?.id);
  }

  /** Names of those that Debian has newer packages for, and of those that are built on them, or on what has moved. */
  async #outdated(
    there: readonly Recipe[],
    look: Inventory & { readonly moved: readonly Recipe[] },
    progress: Progress,
  ): Promise<ReadonlySet<string>> {
    const built = there.filter((each) => !isPulled(each, look.source));
    const workshop = { ...this.#workshop(), scratch: join(this.#parts.places.home, "cache", "scratch") };
    const updates = await progress.step("Ask Debian for newer packages", (step) =>
      debianUpdates({ wanted: built, recipes: look.recipes }, workshop, step),
    );
    const outdated = new Set([...updates.keys()].map(({ name }) => name));
    const moved = new Set(look.moved.map(({ name }) => name));
    for (const recipe of built)
      if (needsOf(recipe).some((name) => outdated.has(name) || moved.has(name))) outdated.add(recipe.name);
    return outdated;
  }

  async #make(
    todo: readonly Recipe[],
    look: Inventory & { readonly renew: boolean },
    progress: Progress,
  ): Promise<void> {
    const { places, freeBytes } = this.#parts;
    await ensureDiskSpace(places.home, freeBytes);
    for (const recipe of todo.filter((each) => isPulled(each, look.source)))
      await this.#pull(recipe, look.renew, progress);
    const built = todo.filter((each) => !isPulled(each, look.source));
    const tagsOf = (recipe: Recipe): readonly string[] => this.#tagsOf(recipe);
    if (built.length > 0) await buildImages(built, { ...this.#workshop(), ...look, tagsOf, progress });
  }

  async #pull(recipe: Recipe, renew: boolean, progress: Progress): Promise<void> {
    const { docker, signal } = this.#parts;
    const parts = { docker, known: this.#known, ...(signal && { signal }) };
    await pullImage({ recipe, tags: this.#tagsOf(recipe), renew, progress }, parts);
  }

  #workshop(): Workshop & { readonly docker: Docker } {
    const { places, signal, docker, exec, clock, env } = this.#parts;
    return { exec, clock, env, docker, cache: join(places.home, "cache"), ...(signal && { signal }) };
  }

  /** @returns whether a tag was missing. */
  async #ensureTags(recipes: readonly Recipe[], images: readonly LocalImage[]): Promise<boolean> {
    const missing = recipes.flatMap((recipe) => {
      const present = imageOf(recipe, { images })?.tags ?? [];
      return this.#tagsOf(recipe)
        .filter((tag) => !present.includes(tag))
        .map((tag) => ({ recipe, tag }));
    });
    for (const { recipe, tag } of missing) await this.#parts.docker.tag(localTag(recipe.name), tag);
    return missing.length > 0;
  }

  #tagsOf(recipe: Recipe): readonly string[] {
    const { repository, tags } = recipe;
    return repository === undefined ? tags : [...tags, `${this.#parts.registry.host}/${repository}`];
  }

  /** What an image was before it was made anew; left where a container still runs from it. */
  async #removeReplaced(changed: readonly Recipe[], before: Inventory, after: Inventory): Promise<void> {
    for (const recipe of changed.toReversed()) {
      const replaced = imageOf(recipe, before);
      if (replaced && replaced.id !== imageOf(recipe, after)?.id)
        await this.#parts.docker.removeUnusedImage(replaced.id);
    }
  }

  async require(names: readonly string[]): Promise<void> {
    select(await discoverRecipes(this.#parts.places.project), names);
  }

  async #look(): Promise<Inventory> {
    const { places, docker, source } = this.#parts;
    const recipes = await discoverRecipes(places.project);
    const [digests, images, known] = await Promise.all([
      recipeDigests(recipes, source),
      docker.images(),
      this.#known.all(),
    ]);
    return { source, recipes, digests, images, known };
  }
}

/** @throws UsageError for a name that no recipe has. */
function select(recipes: readonly Recipe[], names: readonly string[]): readonly Recipe[] {
  return names.map((name) => {
    const found = recipes.find((recipe) => recipe.name === name);
    if (found) return found;
    throw new UsageError({
      message: `There is no image "${name}".`,
      lastSeen: `known images: ${recipes.map((recipe) => recipe.name).join(", ")}`,
      hint: "See them all with: labctl images list",
    });
  });
}
