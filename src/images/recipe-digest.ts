import { join } from "node:path";
import { needsOf } from "./build-order.ts";
import { digestOf, digestOfFolder } from "../oci/content-digest.ts";
import type { ImageSource } from "./images.ts";
import type { Recipe } from "./recipe.ts";
import { sourcesOf } from "./recipe-sources.ts";

/** Raise it when the same recipe has to give another image: a change in how contexts are made. */
const format = 1;

/**
 * The digest of each recipe, by name: its files, the Go modules that it names, what it is built on. A recipe that is
 * pulled is what its reference says, whatever its files are.
 * @param recipes in build order.
 */
export async function recipeDigests(
  recipes: readonly Recipe[],
  source: ImageSource,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, Promise<string>>();
  const folderDigest = (folder: string): Promise<string> => {
    const digest = folders.get(folder) ?? digestOfFolder(folder);
    folders.set(folder, digest);
    return digest;
  };
  const digests = new Map<string, string>();
  for (const recipe of recipes) {
    if (isPulled(recipe, source)) {
      digests.set(recipe.name, digestOf(["upstream", recipe.upstream]));
      continue;
    }
    const modules = sourcesOf(recipe).flatMap(({ folders }) =>
      folders.map((folder) => join(recipe.folder, folder)),
    );
    const content = await Promise.all([recipe.folder, ...modules].map(folderDigest));
    digests.set(recipe.name, digestOf([format, content, needsOf(recipe).map((name) => digests.get(name))]));
  }
  return digests;
}

/** Whether a recipe's image comes from a container registry as it is. */
export function isPulled(recipe: Recipe, source: ImageSource): boolean {
  return source === "upstream" && recipe.upstream !== undefined;
}
