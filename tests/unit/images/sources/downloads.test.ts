import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { images } from "../../../../src/images/sources/images.ts";
import { npm } from "../../../../src/images/sources/npm.ts";
import { pip } from "../../../../src/images/sources/pip.ts";
import { FakeDocker } from "../../../support/fake-docker.ts";
import { FakeExec } from "../../../support/fake-exec.ts";
import { projectFolder } from "../../../support/project-folder.ts";
import { sourceContext } from "../../../support/source-context.ts";

describe("pip", () => {
  it("takes wheels for the image's Python, once for the same requirements", async () => {
    await using folder = await projectFolder({ "requirements.txt": "dask==2026.8.0\n" });
    const exec = new FakeExec((command) => {
      mkdirSync(command.at(-1) ?? "");
      return {};
    });
    const context = sourceContext(folder.path, { exec });
    const spec = { requirements: "requirements.txt", python: "3.11", to: "wheels" };
    await pip.prepare(spec, context);
    await pip.prepare(spec, context);
    expect(exec.ran).toHaveLength(1);
    expect(exec.ran[0]).toContain(
      "--only-binary=:all: --implementation cp --python-version 3.11 --abi cp311",
    );
  });
});

describe("npm", () => {
  it("installs what the lock file names, without scripts", async () => {
    await using folder = await projectFolder({
      "package.json": "{}",
      "package-lock.json": "{}",
      "server.js": "",
    });
    let installedFrom: readonly string[] = [];
    const exec = new FakeExec((_command, { cwd = "" }) => {
      installedFrom = readdirSync(cwd);
      mkdirSync(join(cwd, "node_modules"));
      return {};
    });
    const [entry] = await npm.prepare({ to: "node_modules" }, sourceContext(folder.path, { exec }));
    expect(installedFrom).toEqual(["package-lock.json", "package.json"]);
    expect(exec.ran[0]).toContain("npm ci --ignore-scripts --omit=dev");
    expect(entry?.from).toMatch(/\/cache\/npm\/[0-9a-f]{16}\/node_modules$/);
  });

  it("says that the registry is out of reach and keeps nothing", async () => {
    await using folder = await projectFolder({ "package.json": "{}", "package-lock.json": "{}" });
    const stderr =
      "npm error network request to https://registry.example/x failed, reason: getaddrinfo ENOTFOUND registry.example";
    const context = sourceContext(folder.path, { exec: new FakeExec(() => ({ exitCode: 1, stderr })) });
    await expect(npm.prepare({ to: "node_modules" }, context)).rejects.toMatchObject({
      message: "What package-lock.json names cannot be brought: the npm registry is out of reach.",
      lastSeen: stderr,
    });
    expect(readdirSync(join(folder.path, "cache/npm"))).toEqual([]);
  });
});

describe("images", () => {
  it("saves other recipes under the names that they go by", async () => {
    await using folder = await projectFolder({});
    const docker = new FakeDocker();
    const tagsOf = (name: string): readonly string[] =>
      name === "etcd" ? ["registry.k8s.io/etcd:3"] : ["labctl/pause:latest"];
    const context = sourceContext(folder.path, { docker, tagsOf });
    const entries = await images.prepare({ names: ["etcd", "pause"], to: "images" }, context);
    expect(entries).toEqual([{ from: join(folder.path, "scratch/images.tar"), to: "images/images.tar" }]);
    expect(docker.asked).toEqual(["save registry.k8s.io/etcd:3 labctl/pause:latest"]);
  });
});
