import { exitCodes, LabDefinitionError, type LabProblem } from "../errors.ts";
import type { Recipe } from "../images/recipe.ts";
import type { Lab } from "../lab/schema.ts";
import { defineCommand } from "./command.ts";

export const lint = defineCommand({
  usage: "lint",
  summary: "Look for mistakes in the lab files; needs no cluster",
  description:
    "All labs with their solutions, cases and programs: every problem at once, with file and line.",
  async run(_args, deps) {
    const { discoverLabs } = await import("../lab/discover.ts");
    const { labs, problems } = await discoverLabs(deps.places.project, deps.places.labs);
    const { readRecipes } = await import("../images/discover-recipes.ts");
    const images = await readRecipes(deps.places.project);
    const further = (await Promise.all(labs.map((lab) => problemsBeside(lab, images)))).flat();
    const all = [...problems, ...further];
    if (all.length > 0) throw new LabDefinitionError(all);
    deps.streams.out.write(`${String(labs.length)} labs, no problem found.\n`);
    return exitCodes.ok;
  },
});

/** What is wrong in the lab's solution, cases, manifests and programs. */
async function problemsBeside(lab: Lab, images: readonly Recipe[]): Promise<readonly LabProblem[]> {
  const [{ loadSolution, loadCases }, { loadManifests }, { lintPrograms }] = await Promise.all([
    import("../lab/load.ts"),
    import("../manifests/load-manifests.ts"),
    import("../lab/lint-programs.ts"),
  ]);
  const looked = await Promise.allSettled([
    loadSolution(lab),
    loadCases(lab),
    loadManifests(`${lab.folder}/start`),
  ]);
  const broken = looked.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof LabDefinitionError) return result.reason.problems;
    throw result.reason;
  });
  return [...broken, ...(await lintPrograms(lab, images))];
}
