import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { listUpstreamCharts } from "../../src/charts/list-upstream-charts.ts";
import { readLabChart } from "../../src/charts/lab-chart.ts";
import { exists } from "../../src/exists.ts";
import { needsOf } from "../../src/images/build-order.ts";
import { debianSuite } from "../../src/images/debian-updates.ts";
import { discoverRecipes } from "../../src/images/discover-recipes.ts";
import type { ImagePackages } from "../../src/images/images.ts";
import type { Recipe } from "../../src/images/recipe.ts";
import { loadTool } from "../../src/tools/load-tool.ts";
import { chartPiece, debianPieces, goPieces, npmPieces, pipPieces } from "./lock-files.ts";
import type { Piece } from "./piece.ts";

/**
 * The project's software bill of materials, as CycloneDX 1.6 in JSON: labctl, its images and its tools, and what each is
 * made of, from lock files and pins. The same files give the same text, so it has no date.
 * @param debian what the images that are on this machine have of Debian; of the others it is told as unknown.
 */
export async function makeSbom(project: string, debian: readonly ImagePackages[]): Promise<string> {
  const { version } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as {
    version: string;
  };
  const labctl = new Models.Component(Enums.ComponentType.Application, "labctl", {
    version,
    bomRef: "labctl",
  });
  const sbom = new Listed(labctl);
  sbom.addPieces(labctl, await ownPieces(project));
  await addImages(sbom, project, debian);
  await addTools(sbom, project);
  return sbom.toString();
}

class Listed {
  readonly #bom = new Models.Bom();
  readonly #labctl: Models.Component;
  readonly #pieces = new Map<string, Models.Component>();

  constructor(labctl: Models.Component) {
    this.#labctl = labctl;
    this.#bom.metadata.component = labctl;
  }

  /** Something of this project's. */
  add(kind: "image" | "tool", name: string, description: string): Models.Component {
    const type = kind === "image" ? Enums.ComponentType.Container : Enums.ComponentType.Application;
    const component = new Models.Component(type, name, { bomRef: `${kind}:${name}`, description });
    this.#bom.components.add(component);
    this.#labctl.dependencies.add(component.bomRef);
    return component;
  }

  /** What a part of this project is made of; a package of several is listed once. */
  addPieces(part: Models.Component, pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      const component = this.#pieces.get(piece.purl) ?? this.#addPiece(piece);
      if (!piece.isForDevelopment) component.scope = Enums.ComponentScope.Required;
      part.dependencies.add(component.bomRef);
    }
  }

  #addPiece({ purl, name, version, hash, goSum }: Piece): Models.Component {
    const component = new Models.Component(Enums.ComponentType.Library, name, {
      bomRef: purl,
      purl,
      version,
    });
    component.scope = Enums.ComponentScope.Excluded;
    if (hash) component.hashes.set(Enums.HashAlgorithm[hash[0]], hash[1]);
    if (goSum !== undefined) component.properties.add(new Models.Property("labctl:go.sum", goSum));
    this.#pieces.set(purl, component);
    this.#bom.components.add(component);
    return component;
  }

  toString(): string {
    const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
    return `${serializer.serialize(this.#bom, { sortLists: true, space: 2 })}\n`;
  }
}

/** Of labctl itself: its own packages, what bootstrap brings, the tools of its tests, the charts that are published. */
async function ownPieces(project: string): Promise<readonly Piece[]> {
  const read = (path: string): Promise<string> => readFile(join(project, path), "utf8");
  const tools = pipPieces(await read("scripts/python-tools.txt"));
  const charts = (await listUpstreamCharts(project)).map(async (name): Promise<readonly Piece[]> => {
    const { upstream } = await readLabChart(project, name);
    if (!upstream) return [];
    const inner = Object.entries(upstream.dependencies);
    return [{ name, ...upstream }, ...inner.map(([key, where]) => ({ name: key, ...where }))].map(chartPiece);
  });
  return [
    ...npmPieces(await read("package-lock.json")),
    ...npmPieces(await read("scripts/node/package-lock.json")),
    ...tools.map((piece) => ({ ...piece, isForDevelopment: true as const })),
    ...(await Promise.all(charts)).flat(),
  ];
}

async function addImages(sbom: Listed, project: string, debian: readonly ImagePackages[]): Promise<void> {
  const recipes = await discoverRecipes(project);
  // In build order: what an image needs is there before it.
  const images = new Map<string, Models.Component>();
  for (const recipe of recipes) {
    const image = sbom.add("image", recipe.name, recipe.summary);
    images.set(recipe.name, image);
    for (const need of needsOf(recipe)) image.dependencies.add(images.get(need)?.bomRef ?? image.bomRef);
    sbom.addPieces(image, await imagePieces(recipe));
    if (debianSuite(recipe, recipes) === undefined) continue;
    const told = debian.find(({ name }) => name === recipe.name);
    if (told) sbom.addPieces(image, debianPieces(told.packages, told.suite));
    const day = told
      ? (told.day ?? "unknown: of before it was written down")
      : "unknown: no such image is on this machine";
    image.properties.add(new Models.Property("labctl:debian", day));
  }
}

async function imagePieces({ folder, sources }: Recipe): Promise<readonly Piece[]> {
  const pieces = sources.map(async ({ npm, pip, go }) => {
    if (npm) return npmPieces(await readFile(join(folder, "package-lock.json"), "utf8"));
    if (pip) return pipPieces(await readFile(join(folder, pip.requirements), "utf8"));
    return go ? await modulePieces(join(folder, go.module)) : [];
  });
  return (await Promise.all(pieces)).flat();
}

async function addTools(sbom: Listed, project: string): Promise<void> {
  const root = join(project, "tools");
  for (const name of (await readdir(root)).sort()) {
    if (!(await exists(join(root, name, "tool.yaml")))) continue;
    const { module } = await loadTool(project, name);
    sbom.addPieces(sbom.add("tool", name, "A program for this machine"), await modulePieces(module));
  }
}

async function modulePieces(folder: string): Promise<readonly Piece[]> {
  const sum = readFile(join(folder, "go.sum"), "utf8").catch(() => "");
  return goPieces(await readFile(join(folder, "go.mod"), "utf8"), await sum);
}
