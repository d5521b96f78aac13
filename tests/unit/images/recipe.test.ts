import { describe, expect, it } from "vitest";
import { parseRecipe } from "../../../src/images/recipe.ts";
import { sourcesOf } from "../../../src/images/recipe-sources.ts";

const valid = `apiVersion: labctl.dev/v1
kind: Image
summary: A shop
from: debian-12
repository: shop:1
sources:
  - apt: { suite: bookworm, packages: [curl], to: debs }
  - go: { module: ../kubernetes, packages: { kube: "." }, to: bin }
`;

function parse(text: string): ReturnType<typeof parseRecipe> {
  return parseRecipe({ name: "shop", folder: "/images/shop", file: "images/shop/image.yaml", text });
}

function problems(text: string): readonly string[] {
  const parsed = parse(text);
  if (!("problems" in parsed)) throw new Error("the recipe was accepted");
  return parsed.problems.map(({ line, message }) => `${String(line)}: ${message}`);
}

describe("parseRecipe", () => {
  it("gives the recipe with its name and folder, defaults filled in", () => {
    const parsed = parse(valid);
    expect(parsed).toMatchObject({
      recipe: { name: "shop", folder: "/images/shop", tags: [], from: "debian-12" },
    });
  });

  it("names every problem with its line", () => {
    const text = valid.replace("from:", "form:").replace("suite: bookworm, ", "");
    expect(problems(text)).toEqual([
      "7: sources.0.apt.suite: Invalid input: expected string, received undefined",
      "4: form: there is no such key",
    ]);
  });

  it("wants one kind of source an entry", () => {
    const text = valid.replace("  - go:", "    go:");
    expect(problems(text)).toEqual(["7: sources.0: a source is one of rootfs, apt, pip, npm, go, images"]);
  });

  it("names the line of text that is not YAML", () => {
    expect(problems("kind: Image\nsummary: [")[0]).toMatch(/^2: /);
  });
});

describe("sourcesOf", () => {
  it("knows what each source depends on", () => {
    const parsed = parse(valid);
    if (!("recipe" in parsed)) throw new Error("the recipe was refused");
    const sources = sourcesOf(parsed.recipe).map(({ kind, lane, folders }) => ({ kind, lane, folders }));
    expect(sources).toEqual([
      { kind: "apt", lane: "download", folders: [] },
      { kind: "go", lane: "compile", folders: ["../kubernetes"] },
    ]);
  });
});
