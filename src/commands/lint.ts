import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { exitCodes, LabDefinitionError, type LabProblem } from "../errors.ts";
import type { Recipe } from "../images/recipe.ts";
import type { Lab } from "../lab/schema.ts";
import { findNotPlain } from "../plain-files.ts";
import { defineCommand } from "./command.ts";

export const lint = defineCommand({
  usage: "lint",
  summary: "Look for mistakes in the lab files; needs no cluster",
  description:
    "All labs with their solutions, cases, texts and programs, and the images, charts, manifests and tools that they need: every problem at once, with file and line.",
  async run(_args, deps) {
    const { project } = deps.places;
    const [{ discoverLabs }, { discoverRecipes }] = await Promise.all([
      import("../lab/discover.ts"),
      import("../images/discover-recipes.ts"),
    ]);
    const { labs, problems } = await discoverLabs(project, deps.places.labs);
    const [recipes] = await Promise.allSettled([discoverRecipes(project)]);
    const images = recipes.status === "fulfilled" ? recipes.value : undefined;
    const further = (await Promise.all(labs.map((lab) => problemsBeside(lab, images)))).flat();
    const all = [...problems, ...further, ...problemsOf([recipes]), ...(await problemsOfParts(project))];
    if (all.length > 0) throw new LabDefinitionError(all);
    deps.streams.out.write(`${String(labs.length)} labs, no problem found.\n`);
    return exitCodes.ok;
  },
});

/**
 * What is wrong in the lab's start, solution, cases, text and programs.
 * @param images undefined where the recipes are broken: programs, which run in their images, are not looked at then.
 */
async function problemsBeside(
  lab: Lab,
  images: readonly Recipe[] | undefined,
): Promise<readonly LabProblem[]> {
  const [{ loadStartObjects, loadStartSteps, loadSolution, loadCases }, { loadText }, { lintPrograms }] =
    await Promise.all([
      import("../lab/load.ts"),
      import("../lab/load-text.ts"),
      import("../lab/lint-programs.ts"),
    ]);
  const looked = await Promise.allSettled([
    loadStartObjects(lab),
    loadStartSteps(lab),
    loadSolution(lab),
    loadCases(lab),
    loadText(lab),
  ]);
  if (!images) return problemsOf(looked);
  return [...problemsOf(looked), ...takenImages(lab, images), ...(await lintPrograms(lab, images))];
}

/** What reset removes is the students': the images that labctl pushes are everybody's. */
function takenImages({ folder, reset }: Lab, images: readonly Recipe[]): readonly LabProblem[] {
  const taken = images.flatMap(({ repository }) => repository?.split(":")[0] ?? []);
  return reset.images
    .filter((name) => taken.includes(name))
    .map((name) => ({
      file: `${basename(folder)}/lab.yaml`,
      message: `reset.images: ${name} is one of labctl's images`,
    }));
}

function problemsOf(looked: readonly PromiseSettledResult<unknown>[]): readonly LabProblem[] {
  return looked.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof LabDefinitionError) return result.reason.problems;
    throw result.reason;
  });
}

/** What is wrong in charts/, manifests/ and tools/. */
async function problemsOfParts(project: string): Promise<readonly LabProblem[]> {
  const places = ["charts", "manifests", "tools"];
  const links = (await Promise.all(places.map((place) => findNotPlain(join(project, place), place)))).flat();
  if (links.length > 0) return links;
  const [{ readLabChart }, { loadTool }] = await Promise.all([
    import("../charts/lab-chart.ts"),
    import("../tools/load-tool.ts"),
  ]);
  const [charts, tools] = await Promise.all([
    namesIn(join(project, "charts")),
    namesIn(join(project, "tools")),
  ]);
  const looked = await Promise.allSettled([
    ...charts.map((name) => readLabChart(project, name)),
    ...tools.map((name) => loadTool(project, name)),
  ]);
  return problemsOf(looked);
}

function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
