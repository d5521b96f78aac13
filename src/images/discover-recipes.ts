import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LabDefinitionError, type LabProblem } from "../errors.ts";
import { exists } from "../exists.ts";
import { requirePlain } from "../plain-files.ts";
import { buildOrder, needsOf } from "./build-order.ts";
import { parseRecipe, type Recipe } from "./recipe.ts";

/**
 * All recipes of a project, in the order they are built: what others are built on comes first.
 * @throws LabDefinitionError with every problem of every recipe, links in images/ before all others.
 */
export async function discoverRecipes(project: string): Promise<readonly Recipe[]> {
  const recipes = await readRecipes(project);
  const inconsistent = (await Promise.all(recipes.map((recipe) => problemsOf(recipe, recipes)))).flat();
  if (inconsistent.length > 0) throw new LabDefinitionError(inconsistent);
  return buildOrder(recipes);
}

/** Of a recipe's folder they are for its author alone: its digest leaves them out, too. */
const installedModules = ["node_modules"];

async function readRecipes(project: string): Promise<readonly Recipe[]> {
  const folder = join(project, "images");
  await requirePlain(folder, "images", installedModules);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const parsed = await Promise.all(names.sort().map((name) => loadRecipe(folder, name)));
  const problems = parsed.flatMap((each) => (each && "problems" in each ? each.problems : []));
  if (problems.length > 0) throw new LabDefinitionError(problems);
  return parsed.flatMap((each) => (each && "recipe" in each ? [each.recipe] : []));
}

/** undefined for a folder without image.yaml: a Go module that several recipes share. */
async function loadRecipe(images: string, name: string): Promise<ReturnType<typeof parseRecipe> | undefined> {
  const folder = join(images, name);
  const text = await readFile(join(folder, "image.yaml"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseRecipe({ name, folder, file: fileOf(name), text });
}

/** What a recipe's text alone cannot tell: files that are not there, names that no recipe has. */
async function problemsOf(recipe: Recipe, recipes: readonly Recipe[]): Promise<readonly LabProblem[]> {
  const known = new Set(recipes.map(({ name }) => name));
  const unknown = needsOf(recipe)
    .filter((name) => !known.has(name))
    .map((name) => `there is no image ${name}`);
  const wanted = ["Dockerfile", ...recipe.sources.flatMap(pinFiles)];
  const present = await Promise.all(wanted.map((file) => exists(join(recipe.folder, file))));
  const absent = wanted.filter((_, index) => present[index] === false).map((file) => `${file} is missing`);
  const aptWithoutParent = recipe.from === undefined && recipe.sources.some((source) => source.apt);
  const orphan = aptWithoutParent ? ["apt needs `from`: the image that its packages are added to"] : [];
  return [...unknown, ...absent, ...orphan].map((message) => ({ file: fileOf(recipe.name), message }));
}

function pinFiles(source: Recipe["sources"][number]): readonly string[] {
  if (source.go) return [join(source.go.module, "go.mod")];
  if (source.pip) return [source.pip.requirements];
  return source.npm ? ["package.json", "package-lock.json"] : [];
}

function fileOf(name: string): string {
  return `images/${name}/image.yaml`;
}
