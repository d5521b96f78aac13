import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LabDefinitionError } from "../../../src/errors.ts";
import { buildOrder } from "../../../src/images/build-order.ts";
import { discoverRecipes } from "../../../src/images/discover-recipes.ts";
import { recipeDigests } from "../../../src/images/recipe-digest.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { imageYaml } from "../../support/image-yaml.ts";

const base = {
  "images/zero/image.yaml": imageYaml(),
  "images/zero/Dockerfile": "FROM scratch\n",
  "images/app/image.yaml": imageYaml({
    from: "zero",
    sources: ["go: { module: ../module, packages: { app: . }, to: bin }"],
  }),
  "images/app/Dockerfile": "FROM labctl/zero\n",
  "images/module/go.mod": "module example.com/app\n",
  "images/README.md": "Images\n",
};

async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await using project = await projectFolder({ ...base, ...files });
  const error = await discoverRecipes(project.path).catch((thrown: unknown) => thrown);
  if (!(error instanceof LabDefinitionError)) throw new Error("the recipes were accepted");
  return error.problems.map(({ file, message }) => `${file}: ${message}`);
}

describe("discoverRecipes", () => {
  it("puts parents first and passes over folders without image.yaml", async () => {
    await using project = await projectFolder(base);
    const recipes = await discoverRecipes(project.path);
    expect(recipes.map(({ name }) => name)).toEqual(["zero", "app"]);
  });

  it("names what is missing, for all recipes at once", async () => {
    const sources = [
      "pip: { requirements: r.txt, python: '3.11', to: wheels }",
      "images: { names: [gone], to: images }",
    ];
    const problems = await problemsOf({
      "images/a/image.yaml": imageYaml({ from: "nowhere", sources }),
      "images/b/image.yaml": imageYaml({ sources: ["apt: { suite: bookworm, packages: [curl], to: debs }"] }),
      "images/b/Dockerfile": "FROM scratch\n",
    });
    expect(problems).toEqual([
      "images/a/image.yaml: there is no image nowhere",
      "images/a/image.yaml: there is no image gone",
      "images/a/image.yaml: Dockerfile is missing",
      "images/a/image.yaml: r.txt is missing",
      "images/b/image.yaml: apt needs `from`: the image that its packages are added to",
    ]);
  });

  it.each([
    ["images/app/start.sh", "/etc/hostname"],
    ["images/app/files", "../module"],
    ["images/module/secret.go", "/root/.bashrc"],
    ["images/linked", "app"],
  ])("refuses a link at %s", async (place, target) => {
    await using project = await projectFolder(base);
    await symlink(target, join(project.path, place));
    await expect(discoverRecipes(project.path)).rejects.toMatchObject({
      problems: [{ file: place, message: `it is a link to "${target}": put the file itself there` }],
    });
  });

  it("names the lines of pins that bring more than versions", async () => {
    const recipe = imageYaml({
      from: "zero",
      sources: ["pip: { requirements: r.txt, python: '3.11', to: wheels }", "npm: { to: node_modules }"],
    });
    const problems = await problemsOf({
      "images/twin/image.yaml": base["images/app/image.yaml"],
      "images/twin/Dockerfile": "FROM labctl/zero\n",
      "images/module/go.mod": "module example.com/app\n\nreplace example.com/x => ../../../root\n",
      "images/b/image.yaml": recipe,
      "images/b/Dockerfile": "FROM labctl/zero\n",
      "images/b/r.txt": "--no-binary :all:\n",
      "images/b/package.json": '{ "workspaces": [".."] }',
      "images/b/package-lock.json": "{}",
    });
    expect(problems).toEqual([
      "images/module/go.mod: a module and its version, like example.com/x => example.com/y v1.2.3",
      "images/b/r.txt: a package with version and hash, like flask==3.1.0 --hash=sha256:…",
      "images/b/package.json: workspaces: there is no such key",
      "images/b/package-lock.json: lockfileVersion: 3, as npm writes it since its version 7",
      "images/b/package-lock.json: packages: Invalid input: expected object, received undefined",
    ]);
  });

  it("refuses a folder whose name is no word", async () => {
    const problems = await problemsOf({ "images/--output=x/image.yaml": imageYaml() });
    expect(problems).toEqual([
      'images/: "--output=x" is no name for an image: small letters and digits, like debian-12',
    ]);
  });

  it("refuses a name that another image has, and one in the lab registry as a tag", async () => {
    const problems = await problemsOf({
      "images/zero/image.yaml": imageYaml({ repository: "zero:1", tags: ["example.com/zero:1"] }),
      "images/app/image.yaml": imageYaml({
        repository: "zero:1",
        tags: ["example.com/zero:1", "localhost:5001/zero:1"],
      }),
    });
    expect(problems).toEqual([
      "images/app/image.yaml: localhost:5001/zero:1 is no tag: `repository` says where it is pushed",
      "images/zero/image.yaml: zero:1 is what images/app is called",
      "images/zero/image.yaml: example.com/zero:1 is what images/app is called",
    ]);
  });

  it("refuses a circle", async () => {
    const problems = await problemsOf({ "images/zero/image.yaml": imageYaml({ from: "app" }) });
    expect(problems[0]).toContain("is built on itself: app → zero → app");
  });
});

describe("buildOrder", () => {
  it("takes only what is wanted and what that needs", async () => {
    await using project = await projectFolder(base);
    const recipes = await discoverRecipes(project.path);
    expect(buildOrder(recipes, ["zero"]).map(({ name }) => name)).toEqual(["zero"]);
    expect(buildOrder(recipes, ["app"]).map(({ name }) => name)).toEqual(["zero", "app"]);
    expect(buildOrder(recipes, ["app"], () => []).map(({ name }) => name)).toEqual(["app"]);
  });
});

describe("recipeDigests", () => {
  async function digests(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
    await using project = await projectFolder({ ...base, ...files });
    return await recipeDigests(await discoverRecipes(project.path), "packages");
  }

  it("is the same for the same files", async () => {
    expect(await digests({})).toEqual(await digests({}));
  });

  it.each([
    ["a file of its own", { "images/app/start.sh": "true\n" }],
    ["a Go module that it names", { "images/module/main.go": "package main\n" }],
    ["its parent", { "images/zero/Dockerfile": "FROM scratch\nENV A=1\n" }],
  ])("changes with %s", async (_what, files) => {
    const [before, after] = [await digests({}), await digests(files)];
    expect(after.get("app")).not.toBe(before.get("app"));
  });

  it("does not change with what has nothing to do with it", async () => {
    const [before, after] = [await digests({}), await digests({ "images/module/main.go": "package main\n" })];
    expect(after.get("zero")).toBe(before.get("zero"));
  });
});
