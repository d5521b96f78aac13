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

  const go = '  - go: { module: ../kubernetes, packages: { kube: "." }, to: bin }';
  const source = (text: string) => valid.replace(go, `  - ${text}`);
  const hostile: readonly (readonly [string, string])[] = [
    ["4: from: ", valid.replace("debian-12", "../debian-12")],
    ["4: from: ", valid.replace("debian-12", "-t")],
    ["3: summary: ", valid.replace("A shop", '"\\e[2J"')],
    ["5: repository: ", valid.replace("shop:1", "../../v2/shop:1")],
    ["5: repository: ", valid.replace("shop:1", "shop:1?n=1")],
    ["5: repository: ", valid.replace("shop:1", "localhost:5001/shop:1")],
    ["5: tags.0: ", valid.replace("repository: shop:1", "tags: [shop:latest]")],
    ["5: upstream: ", valid.replace("repository: shop:1", "upstream: --all-tags")],
    ["5: upstream: ", valid.replace("repository: shop:1", "upstream: docker.io/library/nginx")],
    ["7: sources.0.apt.suite: ", valid.replace("bookworm", "--setup-hook=id")],
    ["7: sources.0.apt.suite: ", valid.replace("bookworm", "../../../etc")],
    ["7: sources.0.apt.suite: ", valid.replace("bookworm", '"bookworm main\\ndeb http://evil/debian x"')],
    ["7: sources.0.apt.packages.0: ", valid.replace("[curl]", "[-oDPkg::Pre-Invoke::=id]")],
    ["7: sources.0.apt.packages.0: ", valid.replace("[curl]", "[./evil.deb]")],
    ["7: sources.0.apt.packages.0: ", valid.replace("[curl]", "[/tmp/evil.deb]")],
    ["7: sources.0.apt.packages.0: ", valid.replace("[curl]", "[curl-]")],
    ["7: sources.0.apt.packages.0: ", valid.replace("[curl]", '["curl evil"]')],
    ["7: sources.0.apt.packages.0: ", valid.replace("[curl]", '["curl=1 -oA=b"]')],
    ["7: sources.0.apt.to: ", valid.replace("to: debs", "to: ../debs")],
    ["7: sources.0.apt.to: ", valid.replace("to: debs", "to: /debs")],
    ["7: sources.0.apt.to: ", valid.replace("to: debs", "to: a/../../b")],
    ["7: sources.0.apt.to: ", valid.replace("to: debs", "to: .")],
    ["8: sources.1.rootfs.suite: ", source("rootfs: { suite: --customize-hook=id, to: r.tar }")],
    ["8: sources.1.rootfs.include.0: ", source('rootfs: { suite: trixie, to: r, include: ["a,--b"] }')],
    ["8: sources.1.pip.requirements: ", source("pip: { requirements: ../r.txt, python: '3.11', to: w }")],
    ["8: sources.1.pip.requirements: ", source("pip: { requirements: /r.txt, python: '3.11', to: w }")],
    ["8: sources.1.pip.python: ", source("pip: { requirements: r.txt, python: '3.11 --x', to: w }")],
    ["8: sources.1.npm.to: ", source("npm: { to: ../node_modules }")],
    ["8: sources.1.images.names.0: ", source("images: { names: [../a], to: images }")],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', '"-toolexec=/tmp/evil"')],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', '"./..."')],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', "../other")],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', "/etc")],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', "main.go")],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', "cmd")],
    ["8: sources.1.go.packages.kube: ", valid.replace('"."', "example.com/x@v1.0.0")],
    ["8: sources.1.go.packages.../kube: ", valid.replace("kube:", "../kube:")],
    ["8: sources.1.go.packages.-o: ", valid.replace("kube:", '"-o":')],
    ["8: sources.1.go.module: ", valid.replace("../kubernetes", "../..")],
    ["8: sources.1.go.module: ", valid.replace("../kubernetes", "..")],
    ["8: sources.1.go.module: ", valid.replace("../kubernetes", "../../tools/kind")],
    ["8: sources.1.go.module: ", valid.replace("../kubernetes", "../kubernetes/../..")],
    ["8: sources.1.go.module: ", valid.replace("../kubernetes", "/root")],
    ["8: sources.1.go.tags.0: ", valid.replace("to: bin", 'tags: ["a -toolexec=b"], to: bin')],
    [
      "8: sources.1.go.ldflags: ",
      valid.replace("to: bin", "ldflags: -linkmode=external -extld=/tmp/a, to: bin"),
    ],
    ["8: sources.1.go.ldflags: ", valid.replace("to: bin", 'ldflags: "-X a.b=c -extld=/tmp/a", to: bin')],
    ["8: sources.1.go.ldflags: ", valid.replace("to: bin", `ldflags: "-X 'a.b=c -extld=d'", to: bin`)],
  ];

  it.each(hostile)("refuses what would be more than a word: %s", (start, text) => {
    expect(text).not.toBe(valid);
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(start), found[0]).toBe(true);
    // What to write instead.
    expect(found[0]).toMatch(/like |one line|characters that move/);
  });

  it.each([
    source("rootfs: { suite: trixie, to: rootfs.tar, include: [ca-certificates, libstdc++6, g++] }"),
    valid.replace("[curl]", '["nginx=1.22.1-*", "redis-server=5:7.0.*", "libc6=2.36-9+deb12u7~x"]'),
    valid.replace('"."', "go.etcd.io/etcd/server/v3"),
    valid.replace('"."', "./cmd/kube"),
    valid.replace("../kubernetes", "../lab-app/cmd"),
    valid.replace(
      "to: bin",
      'tags: [no_btrfs, go1.22], ldflags: "-X a.io/b-c/d.E=v1.2+k -X x/y.z=", to: a/b',
    ),
    valid.replace("repository: shop:1", `upstream: registry.k8s.io/a/b:v1.0@sha256:${"a".repeat(64)}`),
    valid.replace("repository: shop:1", "tags: [localhost:5001/shop:1]"),
  ])("takes what recipes need: %#", (text) => {
    expect(parse(text)).toHaveProperty("recipe");
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
