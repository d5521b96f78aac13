import type { LocalImage } from "../docker/docker.ts";
import { ImageName } from "../oci/image-name.ts";
import { debianSuite } from "./debian-updates.ts";
import type { DebianDay, ImageSource, ImageStatus } from "./images.ts";
import { debianLabel, localTag, recipeLabel } from "../oci/local-tag.ts";
import { isPulled } from "./recipe-digest.ts";
import type { Recipe } from "./recipe.ts";

/** What the engine has, compared with what the recipes say. */
export interface Inventory {
  readonly source: ImageSource;
  /** All of them, in build order. */
  readonly recipes: readonly Recipe[];
  readonly images: readonly LocalImage[];
  /** By recipe. */
  readonly digests: ReadonlyMap<string, string>;
  /** By upstream, what it stood for when it was pulled first. */
  readonly known: Readonly<Record<string, string>>;
}

export function statusOf(recipe: Recipe, inventory: Inventory): ImageStatus {
  const image = imageOf(recipe, inventory);
  const debian = image && debianDay(recipe, image, inventory);
  return {
    name: recipe.name,
    ...(recipe.repository !== undefined && { repository: recipe.repository }),
    recipeDigest: inventory.digests.get(recipe.name) ?? "",
    state: image === undefined ? "missing" : isCurrent(recipe, image, inventory) ? "current" : "stale",
    digests: image?.digests ?? [],
    ...(debian && { debian }),
    ...(image && { sizeBytes: image.sizeBytes }),
  };
}

/** The image that carries the recipe's local name, whatever it was made from. */
export function imageOf(recipe: Recipe, inventory: Pick<Inventory, "images">): LocalImage | undefined {
  return inventory.images.find((image) => image.tags.includes(localTag(recipe.name)));
}

function debianDay(recipe: Recipe, image: LocalImage, inventory: Inventory): DebianDay | undefined {
  if (isPulled(recipe, inventory.source) || debianSuite(recipe, inventory.recipes) === undefined)
    return undefined;
  const day = image.labels[debianLabel];
  return day === undefined ? {} : { day };
}

function isCurrent(recipe: Recipe, image: LocalImage, inventory: Inventory): boolean {
  if (!isPulled(recipe, inventory.source)) {
    return image.labels[recipeLabel] === inventory.digests.get(recipe.name);
  }
  const upstream = ImageName.parse(recipe.upstream ?? "");
  const digest = upstream.digest ?? inventory.known[recipe.upstream ?? ""];
  if (digest === undefined) return image.tags.includes(upstream.listed);
  return image.digests.includes(`${upstream.repository}@${digest}`);
}
