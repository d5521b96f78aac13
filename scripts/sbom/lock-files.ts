/** What lock files name, each of its own form. Recipes are linted: a line that is none of theirs is not there. */
import { PackageURL } from "packageurl-js";
import type { DebianPackage } from "../../src/images/debian-packages.ts";
import type { Piece } from "./piece.ts";

interface NpmLock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly dev?: boolean }>
  >;
}

/** @param lock package-lock.json, version 3. */
export function npmPieces(lock: string): readonly Piece[] {
  const { packages } = JSON.parse(lock) as NpmLock;
  return Object.entries(packages).flatMap(([place, { version, integrity, dev }]) => {
    const name = place.split("node_modules/").at(-1) ?? "";
    if (name === "" || version === undefined) return [];
    const [, base64] = /^sha512-(.+)$/.exec(integrity ?? "") ?? [];
    return {
      purl: purl({ type: "npm", path: name, version }),
      name,
      version,
      ...(base64 !== undefined && {
        hash: ["SHA-512", Buffer.from(base64, "base64").toString("hex")] as const,
      }),
      ...(dev && { isForDevelopment: true as const }),
    };
  });
}

/** @param requirements lines with `==`. Of several hashes, each of another platform's wheel, the first is told. */
export function pipPieces(requirements: string): readonly Piece[] {
  return requirements.split("\n").flatMap((line) => {
    const [, name, version] = /^([\w.-]+)(?:\[[^\]]*\])?==(\S+)/.exec(line) ?? [];
    if (name === undefined || version === undefined) return [];
    const [, hash] = /--hash=sha256:([0-9a-f]{64})/.exec(line) ?? [];
    // https://packaging.python.org/en/latest/specifications/name-normalization/
    const normal = name.toLowerCase().replaceAll(/[-_.]+/g, "-");
    const found = purl({ type: "pypi", path: normal, version });
    return { purl: found, name, version, ...(hash !== undefined && { hash: ["SHA-256", hash] as const }) };
  });
}

/**
 * Every module that go.mod names, in the version that it is replaced by. It names all that could be compiled in, and more
 * than is.
 * @param sum go.sum; empty for a module that needs no other.
 */
export function goPieces(mod: string, sum: string): readonly Piece[] {
  const replaced = new Map(
    [...mod.matchAll(/^(?:replace)?\s*(\S+)(?: v\S+)? => (\S+) (v\S+)/gm)].map(([, from, name, version]) => {
      return [from, [name, version]] as const;
    }),
  );
  const sums = new Map(
    sum
      .split("\n")
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), line.slice(line.lastIndexOf(" ") + 1)]),
  );
  return [...mod.matchAll(/^(?:require)?\s+(\S+) (v\S+)(?: \/\/ indirect)?$/gm)].map(
    ([, required, wanted]) => {
      const [name = "", version = ""] = replaced.get(required) ?? [required, wanted];
      const goSum = sums.get(`${name} ${version}`);
      const found = purl({ type: "golang", path: name, version });
      return { purl: found, name, version, ...(goSum !== undefined && { goSum }) };
    },
  );
}

/** What `labctl images packages` tells of one image. @param suite `bookworm` */
export function debianPieces(packages: readonly DebianPackage[], suite: string): readonly Piece[] {
  return packages.map(({ name, source, version, architecture: arch }) => {
    const qualifiers = { arch, distro: suite, upstream: source };
    return { purl: purl({ type: "deb", path: `debian/${name}`, version, qualifiers }), name, version };
  });
}

/** @param repo the site that has it. */
export function chartPiece(chart: {
  readonly name: string;
  readonly version: string;
  readonly repo: string;
  readonly sha256?: string | undefined;
}): Piece {
  const { name, version, repo, sha256 } = chart;
  const found = purl({ type: "helm", path: name, version, qualifiers: { repository_url: repo } });
  return { purl: found, name, version, ...(sha256 !== undefined && { hash: ["SHA-256", sha256] as const }) };
}

interface Named {
  readonly type: string;
  /** Up to its last slash, the purl's namespace. */
  readonly path: string;
  readonly version: string;
  readonly qualifiers?: Record<string, string>;
}

function purl({ type, path, version, qualifiers }: Named): string {
  const slash = path.lastIndexOf("/");
  const namespace = slash === -1 ? undefined : path.slice(0, slash);
  return new PackageURL(type, namespace, path.slice(slash + 1), version, qualifiers, undefined).toString();
}
