import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../../src/errors.ts";
import { apt } from "../../../../src/images/sources/apt.ts";
import { FakeDocker } from "../../../support/fake-docker.ts";
import { FakeExec } from "../../../support/fake-exec.ts";
import { projectFolder } from "../../../support/project-folder.ts";
import { sourceContext } from "../../../support/source-context.ts";

const spec = { suite: "bookworm", packages: ["nginx=1.22.1-*"], to: "debs" };

/** What apt prints for the package and one that it depends on. */
const uris = `Reading package lists...
'http://mirror.example/debian/pool/main/n/nginx/nginx_1.22.1-9_amd64.deb' nginx_1.22.1-9_amd64.deb 532468 SHA256:ab
'http://mirror.example/debian/pool/main/i/iproute2/iproute2_6.1.0-3_amd64.deb' iproute2_6.1.0-3_amd64.deb 10 SHA256:cd`;

function engine(): FakeDocker {
  const docker = new FakeDocker();
  docker.files.set("/var/lib/dpkg/status", "Package: libc6\n");
  docker.files.set("/etc/apt/sources.list", "deb http://mirror.example/debian bookworm main\n");
  return docker;
}

function fakeApt(): FakeExec {
  return new FakeExec((command) => ({ stdout: command.includes("--print-uris") ? uris : "" }));
}

describe("apt", () => {
  it("names the packages with their dependencies", async () => {
    await using folder = await projectFolder({});
    const entries = await apt.prepare(
      spec,
      sourceContext(folder.path, { exec: fakeApt(), docker: engine() }),
    );
    expect(entries).toEqual([
      {
        from: join(folder.path, "cache/apt/bookworm/archives/nginx_1.22.1-9_amd64.deb"),
        to: "debs/nginx_1.22.1-9_amd64.deb",
      },
      {
        from: join(folder.path, "cache/apt/bookworm/archives/iproute2_6.1.0-3_amd64.deb"),
        to: "debs/iproute2_6.1.0-3_amd64.deb",
      },
    ]);
  });

  it("resolves against what the parent image has installed", async () => {
    await using folder = await projectFolder({});
    const exec = fakeApt();
    await apt.prepare(spec, sourceContext(folder.path, { exec, docker: engine() }));
    const status = join(folder.path, "scratch/dpkg-status");
    expect(await readFile(status, "utf8")).toBe("Package: libc6\n");
    expect(exec.ran.at(-1)).toContain(`Dir::State::status=${status}`);
    expect(exec.ran.at(-1)).toContain("--download-only install -- nginx=1.22.1-*");
  });

  it("refreshes the lists once a day", async () => {
    await using folder = await projectFolder({});
    const exec = fakeApt();
    const context = sourceContext(folder.path, { exec, docker: engine() });
    const updates = (): number => exec.ran.filter((line) => line.endsWith(" update")).length;
    await apt.prepare(spec, context);
    await apt.prepare(spec, context);
    expect(updates()).toBe(1);
    await context.clock.sleep(25 * 60 * 60 * 1000);
    await apt.prepare(spec, context);
    expect(updates()).toBe(2);
  });

  it("takes lists of before where apt is out of reach: age alone breaks no build", async () => {
    await using folder = await projectFolder({});
    const exec = fakeApt();
    const told: string[] = [];
    const context = sourceContext(folder.path, {
      exec,
      docker: engine(),
      detail: (text) => told.push(text),
    });
    await apt.prepare(spec, context);
    await context.clock.sleep(40 * 24 * 60 * 60 * 1000);
    const answer = exec.answer;
    exec.answer = (command, options) =>
      command.at(-1) === "update"
        ? { exitCode: 100, stderr: "E: Failed to fetch http://mirror.example/x" }
        : answer(command, options);
    expect(await apt.prepare(spec, context)).toHaveLength(2);
    expect(told.find((line) => line.startsWith("apt is out of reach: its lists of 2"))).toBeDefined();
  });

  it("believes no lists of before where Debian's new ones are not signed as they should be", async () => {
    await using folder = await projectFolder({});
    const exec = fakeApt();
    const context = sourceContext(folder.path, { exec, docker: engine() });
    await apt.prepare(spec, context);
    await context.clock.sleep(40 * 24 * 60 * 60 * 1000);
    exec.answer = () => ({ exitCode: 100, stderr: "E: The repository is not signed." });
    await expect(apt.prepare(spec, context)).rejects.toMatchObject({
      lastSeen: "E: The repository is not signed.",
    });
  });

  it("says that apt is out of reach, with the line that shows it", async () => {
    await using folder = await projectFolder({});
    const stderr =
      "Reading...\nE: Failed to fetch http://mirror.example/x  Temporary failure resolving 'mirror.example'\nE: Done";
    const exec = new FakeExec((command) => ({ exitCode: command.includes("update") ? 100 : 0, stderr }));
    const promise = apt.prepare(spec, sourceContext(folder.path, { exec, docker: engine() }));
    await expect(promise).rejects.toBeInstanceOf(EnvironmentError);
    await expect(promise).rejects.toMatchObject({
      message: "nginx=1.22.1-* cannot be brought: apt is out of reach.",
      lastSeen: "E: Failed to fetch http://mirror.example/x  Temporary failure resolving 'mirror.example'",
    });
  });
});
