import type { Docker } from "../docker/docker.ts";
import { fromRegistry } from "../host/registry-error.ts";
import { localTag } from "../oci/local-tag.ts";
import type { StepProgress } from "../terminal/progress.ts";
import type { Recipe } from "./recipe.ts";
import { installedIn, openDebian } from "./sources/debian.ts";
import type { Workshop } from "./sources/source.ts";

/** The suite of Debian that a recipe's image has packages of, its own or a parent's; undefined for none. */
export function debianSuite(recipe: Recipe, recipes: readonly Recipe[]): string | undefined {
  const own = recipe.sources.map(({ apt, rootfs }) => (apt ?? rootfs)?.suite).find(Boolean);
  const parent = recipes.find(({ name }) => name === recipe.from);
  return own ?? (parent && debianSuite(parent, recipes));
}

/** By recipe, how many of its image's packages Debian has newer ones of; those with none are left out. */
export type Updates = ReadonlyMap<Recipe, number>;

/**
 * Asks Debian anew, once for each suite, and compares what each image has installed.
 * @param wanted recipes whose images are there. @param recipes all of them.
 * @throws EnvironmentError when Debian is out of reach.
 */
export async function debianUpdates(
  { wanted, recipes }: { readonly wanted: readonly Recipe[]; readonly recipes: readonly Recipe[] },
  workshop: Workshop & { readonly docker: Docker; readonly scratch: string },
  { detail }: Pick<StepProgress, "detail">,
): Promise<Updates> {
  const updates = new Map<Recipe, number>();
  const asked = new Set<string>();
  for (const recipe of wanted) {
    const suite = debianSuite(recipe, recipes);
    if (suite === undefined) continue;
    const parent = localTag(recipe.name);
    const context = { ...workshop, parent, detail };
    const names = await fromRegistry({ registry: "apt", what: `What Debian ${suite} has` }, async () => {
      const status = await installedIn(parent, context);
      const debian = await openDebian({ suite, status, anew: !asked.has(suite) }, context);
      return debian.names(["dist-upgrade"]);
    });
    asked.add(suite);
    detail(`${recipe.name}: ${String(names.length)} newer packages`);
    if (names.length > 0) updates.set(recipe, names.length);
  }
  return updates;
}
