import { LabDefinitionError } from "../errors.ts";
import type { Recipe } from "./recipe.ts";
import { sourcesOf } from "./recipe-sources.ts";

/** Names of the recipes that have to be there before this one can be built. */
export function needsOf(recipe: Recipe): readonly string[] {
  const parent = recipe.from === undefined ? [] : [recipe.from];
  return [...parent, ...sourcesOf(recipe).flatMap((source) => source.needs)];
}

/**
 * Recipes with what they need before them, each once.
 * @param wanted these and what they need; all by default.
 * @param needs what a recipe needs; nothing for one that is pulled.
 * @throws LabDefinitionError for a circle.
 */
export function buildOrder(
  recipes: readonly Recipe[],
  wanted: readonly string[] = recipes.map(({ name }) => name),
  needs: (recipe: Recipe) => readonly string[] = needsOf,
): readonly Recipe[] {
  const byName = new Map(recipes.map((recipe) => [recipe.name, recipe]));
  const ordered = new Set<Recipe>();
  const visit = (name: string, path: readonly string[]): void => {
    const recipe = byName.get(name);
    if (!recipe || ordered.has(recipe)) return;
    if (path.includes(name)) throw circle([...path, name]);
    for (const need of needs(recipe)) visit(need, [...path, name]);
    ordered.add(recipe);
  };
  for (const name of wanted) visit(name, []);
  return [...ordered];
}

function circle(path: readonly string[]): LabDefinitionError {
  const name = path.at(-1) ?? "";
  return new LabDefinitionError([
    { file: `images/${name}/image.yaml`, message: `is built on itself: ${path.join(" → ")}` },
  ]);
}
