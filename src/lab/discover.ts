import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { LabProblem } from "../errors.ts";
import { findNotPlain } from "../plain-files.ts";
import { loadDecks } from "./decks.ts";
import { loadLab } from "./load.ts";
import type { KnownParts } from "./parse.ts";
import type { Lab } from "./schema.ts";

/** All labs of a project: the sound ones in the order of their numbers, and what is wrong with the others. */
export interface Catalogue {
  readonly labs: readonly Lab[];
  readonly problems: readonly LabProblem[];
}

/**
 * Lists `NN-<id>/` with a lab.yaml.
 * @param project the folder with images/, charts/, manifests/ and tools/.
 * @param root the folder with the labs, where they are somebody else's.
 */
export async function discoverLabs(project: string, root = join(project, "labs")): Promise<Catalogue> {
  const names = (await folders(root)).filter(isLabName);
  const { decks, problems: deckProblems } = await loadDecks(root);
  const known: KnownParts = {
    ...(decks && { decks }),
    images: await folders(join(project, "images")),
    charts: await folders(join(project, "charts")),
    addons: await folders(join(project, "manifests")),
    tools: await folders(join(project, "tools")),
  };
  const withLab = await Promise.all(names.map((name) => hasLabFile(join(root, name))));
  const loaded = await Promise.all(
    names.filter((_, index) => withLab[index]).map((name) => loadLab(join(root, name), known)),
  );
  return {
    labs: loaded.flatMap((result) => (result.ok ? [result.lab] : [])),
    problems: [
      ...deckProblems,
      ...(await linkedLabs(root)),
      ...loaded.flatMap((result) => (result.ok ? [] : result.problems)),
    ],
  };
}

/** What is called like a lab's folder and is none: it would be another lab for everybody who has it. */
async function linkedLabs(root: string): Promise<readonly LabProblem[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const suspects = entries.filter((entry) => isLabName(entry.name) && !entry.isDirectory());
  const names = suspects.map(({ name }) => name).sort();
  return (await Promise.all(names.map((name) => findNotPlain(join(root, name), name)))).flat();
}

function isLabName(name: string): boolean {
  return /^\d+-/.test(name);
}

async function hasLabFile(folder: string): Promise<boolean> {
  return (await readdir(folder)).includes("lab.yaml");
}

/** In the order of their names; none where the folder itself is missing. */
async function folders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
