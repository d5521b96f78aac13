/** Guards over the recipes and tools of this project. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { discoverRecipes } from "../../../src/images/discover-recipes.ts";
import { parseYaml } from "../../../src/yaml/parse-yaml.ts";
import { toolSchema } from "../../../src/tools/tool.ts";

const project = join(dirname(fileURLToPath(import.meta.url)), "../../..");

describe("images/", () => {
  it("holds recipes without a problem", async () => {
    const recipes = await discoverRecipes(project);
    expect(recipes.length).toBeGreaterThan(0);
  });

  it("names each place in the lab registry, and each tag, once", async () => {
    const recipes = await discoverRecipes(project);
    const names = recipes.flatMap(({ repository, tags }) =>
      repository === undefined ? tags : [repository, ...tags],
    );
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it("begins each Dockerfile on the image that the recipe names", async () => {
    for (const { name, from, folder } of await discoverRecipes(project)) {
      const dockerfile = await readFile(join(folder, "Dockerfile"), "utf8");
      const parent = from === undefined ? "scratch" : `labctl/${from}`;
      expect(dockerfile.match(/^FROM (\S+)/gm), name).toContain(`FROM ${parent}`);
    }
  });
});

describe("tools/", () => {
  it("compiles kubectl as the node's Kubernetes is compiled, so that it is done once for both", async () => {
    const recipes = await discoverRecipes(project);
    const kube = recipes.find(({ name }) => name === "kubernetes")?.sources.find(({ go }) => go)?.go;
    const text = await readFile(join(project, "tools/kubectl/tool.yaml"), "utf8");
    const kubectl = parseYaml(toolSchema, text, "tools/kubectl/tool.yaml");
    expect(kubectl).toMatchObject({ value: { go: { ldflags: kube?.ldflags, tags: kube?.tags } } });
  });

  it("holds tools without a problem", async () => {
    for (const name of await readdir(join(project, "tools"))) {
      const file = `tools/${name}/tool.yaml`;
      const parsed = parseYaml(toolSchema, await readFile(join(project, file), "utf8"), file);
      expect(parsed).not.toHaveProperty("problems");
    }
  });
});
