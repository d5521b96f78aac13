import { mkdirSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { executableName, goBinaries } from "../../../../src/images/sources/go-binaries.ts";
import { FakeExec } from "../../../support/fake-exec.ts";
import { projectFolder } from "../../../support/project-folder.ts";
import { sourceContext } from "../../../support/source-context.ts";

const files = { "module/go.mod": "module example.com/things\n", "module/main.go": "package main\n" };

/** Go, as far as it matters: a file for each package in the output folder. */
function fakeGo(): FakeExec {
  return new FakeExec((command, options) => {
    if (command[1] === "list") return { stdout: "fmt\nos\nexample.com/things" };
    const output = command[command.indexOf("-o") + 1] ?? "";
    mkdirSync(output, { recursive: true });
    for (const name of command.slice(command.indexOf("--") + 1)) {
      writeFileSync(join(output, executableName(name, "example.com/things")), `program of ${name}`);
    }
    options.onLine?.("go: downloading example.com/x v1.0.0");
    options.onLine?.("example.com/x");
    return {};
  });
}

const programs = {
  packages: { kube: ".", etcd: "go.etcd.io/etcd/server/v3" },
  tags: ["netgo"],
  ldflags: "-X a=b",
};

describe("goBinaries", () => {
  it("compiles several programs at once and keeps them", async () => {
    await using project = await projectFolder(files);
    const exec = fakeGo();
    const context = sourceContext(project.path, { exec });
    const wanted = { ...programs, module: join(project.path, "module") };
    const said: string[] = [];
    const binaries = await goBinaries(wanted, context, (text) => said.push(text));
    expect(await Promise.all(binaries.map(({ path }) => readFile(path, "utf8")))).toEqual([
      "program of .",
      "program of go.etcd.io/etcd/server/v3",
    ]);
    expect(said.at(-1)).toBe("kube, etcd: package 1 of at most 3, example.com/x");
    expect(exec.ran.at(-1)).toContain("-tags=netgo -ldflags=-s -w -X a=b -o");
    await goBinaries(wanted, context, () => undefined);
    expect(exec.ran).toHaveLength(2);
  });

  it("compiles only what is missing, under whatever name", async () => {
    await using project = await projectFolder(files);
    const exec = fakeGo();
    const context = sourceContext(project.path, { exec });
    const module = join(project.path, "module");
    await goBinaries({ ...programs, module, packages: { kubectl: "." } }, context, () => undefined);
    await goBinaries({ ...programs, module }, context, () => undefined);
    expect(exec.ran.at(-1)).toMatch(/partial\/ -- go\.etcd\.io\/etcd\/server\/v3$/);
  });

  it("compiles anew when the module changes, not when its recipe does", async () => {
    await using project = await projectFolder(files);
    const exec = fakeGo();
    const context = sourceContext(project.path, { exec });
    const wanted = { ...programs, module: join(project.path, "module") };
    await goBinaries(wanted, context, () => undefined);
    await writeFile(join(project.path, "module/Dockerfile"), "FROM scratch\n");
    await goBinaries(wanted, context, () => undefined);
    expect(exec.ran).toHaveLength(2);
    await writeFile(join(project.path, "module/main.go"), "package main // changed\n");
    await goBinaries(wanted, context, () => undefined);
    expect(exec.ran).toHaveLength(4);
  });

  it("says that the proxy is out of reach", async () => {
    await using project = await projectFolder(files);
    const stderr =
      'go: example.com/x@v1.0.0: Get "https://proxy.example/x": dial tcp: lookup proxy.example: no such host';
    const context = sourceContext(project.path, { exec: new FakeExec(() => ({ exitCode: 1, stderr })) });
    const promise = goBinaries(
      { ...programs, module: join(project.path, "module") },
      context,
      () => undefined,
    );
    await expect(promise).rejects.toMatchObject({
      message: "kube, etcd cannot be brought: the Go module proxy is out of reach.",
      lastSeen: stderr,
    });
  });

  it("says that there is no Go", async () => {
    await using project = await projectFolder(files);
    const exec = new FakeExec();
    exec.which = async () => undefined;
    const promise = goBinaries(
      { ...programs, module: join(project.path, "module") },
      sourceContext(project.path, { exec }),
      () => undefined,
    );
    await expect(promise).rejects.toThrow("Go is not installed");
  });
});

describe("executableName", () => {
  it.each([
    [".", "example.com/app", "app"],
    ["example.com/cmd/registry", "m", "registry"],
    ["go.etcd.io/etcd/server/v3", "m", "server"],
    ["example.com/v1", "m", "v1"],
  ])("of %s in %s is %s", (goPackage, module, name) => {
    expect(executableName(goPackage, module)).toBe(name);
  });
});
