import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LabDefinitionError, type LabProblem } from "../errors.ts";
import { exists } from "../exists.ts";
import { requirePlain } from "../plain-files.ts";
import { buildOrder, needsOf } from "./build-order.ts";
import { parseRecipe, type Recipe } from "./recipe.ts";
import { recipeName } from "./recipe-words.ts";
import { sourcesOf } from "./recipe-sources.ts";
import type { Pin } from "./sources/source.ts";

/**
 * All recipes of a project, in the order they are built: what others are built on comes first.
 * @throws LabDefinitionError with every problem of every recipe, links in images/ before all others.
 */
export async function discoverRecipes(project: string): Promise<readonly Recipe[]> {
  const recipes = await readRecipes(project);
  const inconsistent = (await Promise.all(recipes.map((recipe) => problemsOf(recipe, recipes)))).flat();
  inconsistent.push(...takenTwice(recipes));
  if (inconsistent.length > 0) throw new LabDefinitionError(eachOnce(inconsistent));
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
  if (text === undefined) return undefined;
  if (recipeName.safeParse(name).success) return parseRecipe({ name, folder, file: fileOf(name), text });
  const message = `${JSON.stringify(name)} is no name for an image: small letters and digits, like debian-12`;
  return { problems: [{ file: "images/", message }] };
}

/** What a recipe's text alone cannot tell: files that are not there or bring what they must not, names of no recipe. */
async function problemsOf(recipe: Recipe, recipes: readonly Recipe[]): Promise<readonly LabProblem[]> {
  const known = new Set(recipes.map(({ name }) => name));
  const unknown = needsOf(recipe)
    .filter((name) => !known.has(name))
    .map((name) => `there is no image ${name}`);
  const pins = sourcesOf(recipe).flatMap((source) => source.pins);
  const wanted = ["Dockerfile", ...pins.map(({ file }) => file)];
  const present = await Promise.all(wanted.map((file) => exists(join(recipe.folder, file))));
  const absent = wanted.filter((_, index) => present[index] === false).map((file) => `${file} is missing`);
  const aptWithoutParent = recipe.from === undefined && recipe.sources.some((source) => source.apt);
  const orphan = aptWithoutParent ? ["apt needs `from`: the image that its packages are added to"] : [];
  const own = [...unknown, ...absent, ...orphan].map((message) => ({ file: fileOf(recipe.name), message }));
  return [...own, ...(await Promise.all(pins.map((pin) => pinProblems(recipe, pin)))).flat()];
}

/** Two images of one name would take each other's place, whichever is built or pushed last. */
function takenTwice(recipes: readonly Recipe[]): readonly LabProblem[] {
  const owners = new Map<string, string>();
  return recipes.flatMap(({ name, repository, tags }) => {
    const names = [...(repository === undefined ? [] : [repository]), ...tags];
    return names.flatMap((taken) => {
      const owner = owners.get(taken) ?? name;
      owners.set(taken, owner);
      const inRegistry = taken.startsWith("localhost:");
      if (inRegistry)
        return [
          { file: fileOf(name), message: `${taken} is no tag: \`repository\` says where it is pushed` },
        ];
      return owner === name
        ? []
        : [{ file: fileOf(name), message: `${taken} is what images/${owner} is called` }];
    });
  });
}

/** A module that several recipes share has its problems for each of them. */
function eachOnce(problems: readonly LabProblem[]): readonly LabProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

async function pinProblems({ name, folder }: Recipe, pin: Pin): Promise<readonly LabProblem[]> {
  const text = await readFile(join(folder, pin.file), "utf8").catch(() => undefined);
  return text === undefined ? [] : pin.problems(text, join("images", name, pin.file));
}

function fileOf(name: string): string {
  return `images/${name}/image.yaml`;
}
