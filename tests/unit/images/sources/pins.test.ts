import { describe, expect, it } from "vitest";
import { goModProblems } from "../../../../src/images/sources/go-mod.ts";
import { lockFileProblems, packageFileProblems } from "../../../../src/images/sources/npm-files.ts";
import { requirementProblems } from "../../../../src/images/sources/pip-requirements.ts";
import type { LabProblem } from "../../../../src/errors.ts";

const places = (problems: readonly LabProblem[]): readonly string[] =>
  problems.map(({ file, line, message }) => `${file}:${line ?? 0}: ${message}`);

describe("requirementProblems", () => {
  const hash = `--hash=sha256:${"a".repeat(64)}`;
  const good = `# What vote.py needs.\n\nflask==3.1.0 ${hash}\nRedis[hiredis]==7.0.0 ${hash} ${hash}\n`;
  const of = (text: string) => places(requirementProblems(text, "r.txt"));

  it("takes packages with version and hash, and comments", () => {
    expect(of(good)).toEqual([]);
  });

  it.each([
    ["an option that has pip run setup.py", "--no-binary :all:"],
    ["another index", "--index-url https://evil.test/simple"],
    ["another file", "-r /etc/passwd"],
    ["a folder of this machine", "./evil"],
    ["a folder by an address", `evil @ file:///tmp/evil ${hash}`],
    ["a repository", "git+https://evil.test/x"],
    ["what is installed from where it lies", "-e /tmp/evil"],
    ["no hash", "flask==3.1.0"],
    ["no version", `flask ${hash}`],
    ["any version", `flask==3.* ${hash}`],
    ["options behind a package", `flask==3.1.0 ${hash} --config-settings=a=b`],
    ["a line that goes on", `flask==3.1.0 \\`],
    ["a variable", `\${EVIL}==1 ${hash}`],
  ])("refuses %s", (_what, line) => {
    expect(of(`${good}${line}\n`)).toEqual([
      `r.txt:5: a package with version and hash, like flask==3.1.0 --hash=sha256:…`,
    ]);
  });

  it("refuses what pip reads as other lines than an editor shows", () => {
    for (const text of ["# a\u2028--no-binary :all:", "# a\u000b-e .", "# a\r-e .", "\ufeff# a"])
      expect(of(`${good}${text}\n`)).toEqual([`r.txt:5: only letters, digits and signs of ASCII`]);
    expect(of(`# -*- coding: utf-7 -*-\n${good}`)).toEqual(["r.txt:1: names no other coding: it is ASCII"]);
  });
});

describe("goModProblems", () => {
  it("lets a module stand in for another, and no folder of this machine", () => {
    const text = `module example.com/x

require example.com/y v1.0.0 // ../not this

replace example.com/y => example.com/z v1.0.0

replace (
	example.com/a => ../../../root/a
	example.com/b v1.0.0 => "/root/b"
	example.com/c =>./c
	example.com/d => "//root"
	example.com/e => "\\x2froot"
	example.com/f v1.0.0 => example.com/g v1.0.0
	// example.com/h => ../h
	example.com/i =>\r../i
	"//" => ../j
	"=>a" => ../k
)
`;
    const message = "a module and its version, like example.com/x => example.com/y v1.2.3";
    expect(places(goModProblems(text, "go.mod"))).toEqual(
      [8, 9, 10, 11, 12, 15, 16, 17].map((line) => `go.mod:${line}: ${message}`),
    );
  });
});

describe("npm's files", () => {
  const integrity = `sha512-${"a".repeat(86)}==`;
  const lock = {
    name: "shop",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: "shop", dependencies: { pg: "8.23.1" } },
      "node_modules/pg": {
        version: "8.23.1",
        integrity,
        license: "MIT",
        dependencies: { "@scope/b": "^1.0.0 || >=2.0.0" },
        engines: { node: ">=16" },
      },
      "node_modules/pg/node_modules/@scope/b": { version: "2.0.0-rc.1+k", integrity },
    },
  };
  const problems = (change: (file: typeof lock) => object) =>
    places(lockFileProblems(JSON.stringify(change(structuredClone(lock)), undefined, 2), "lock"));
  const withPg = (entry: object) => (file: typeof lock) => ({
    ...file,
    packages: { ...file.packages, "node_modules/pg": { version: "1.0.0", integrity, ...entry } },
  });
  const at = (key: string) => (file: typeof lock) => ({
    ...file,
    packages: { ...file.packages, [key]: { version: "1.0.0", integrity } },
  });

  it("are taken as npm writes them without addresses", () => {
    expect(problems((file) => file)).toEqual([]);
    const file = { name: "shop", private: true, type: "module", dependencies: { pg: "8.23.1" } };
    expect(packageFileProblems(JSON.stringify(file), "package.json")).toEqual([]);
  });

  it.each([
    ["a folder of this machine", withPg({ resolved: "../../../etc", link: true })],
    ["a repository", withPg({ resolved: "git+ssh://git@evil.test/x.git#1" })],
    ["another site", withPg({ resolved: "https://evil.test/x.tgz" })],
    ["a version that is an address", withPg({ version: "file:/etc" })],
    ["no hash", withPg({ integrity: undefined })],
    ["a weak hash", withPg({ integrity: "sha1-aaaa" })],
    ["what a package needs from elsewhere", withPg({ dependencies: { a: "git+https://evil.test/x" } })],
    ["what a package may need from elsewhere", withPg({ optionalDependencies: { a: "file:../../x" } })],
    ["a package of a user", withPg({ peerDependencies: { a: "user/repository" } })],
    ["a place out of node_modules", at("node_modules/../../../evil")],
    ["a place that is absolute", at("/etc/evil")],
    ["a workspace", at("packages/evil")],
    ["an older form, which says it in another way", (file: typeof lock) => ({ ...file, lockfileVersion: 1 })],
    ["what stands beside the packages", (file: typeof lock) => ({ ...file, dependencies: {} })],
    [
      "a needed address",
      (file: typeof lock) => ({
        ...file,
        packages: { ...file.packages, "": { name: "shop", dependencies: { pg: "file:/etc" } } },
      }),
    ],
  ] as const)("are refused with %s", (_what, change) => {
    const found = problems(change);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(/^lock:\d+: /);
  });

  it.each([
    { dependencies: { pg: "git+https://evil.test/x" } },
    { dependencies: { pg: "file:../x" } },
    { dependencies: { "../x": "1.0.0" } },
    { workspaces: ["../.."] },
    { devDependencies: { pg: "file:/etc" } },
    { overrides: { pg: "file:/etc" } },
    { scripts: { preinstall: "id" } },
  ])("are refused with %j in package.json", (more) => {
    const found = packageFileProblems(
      JSON.stringify({ name: "shop", ...more }, undefined, 2),
      "package.json",
    );
    expect(places(found)[0]).toMatch(/^package.json:\d+: /);
  });
});
