import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installEnginePackages, missingEnginePackages } from "../../../src/host/engine-packages.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import type { Exec } from "../../../src/exec/exec.ts";
import { createExec } from "../../../src/exec/execa-exec.ts";
import { FakeExec } from "../../support/fake-exec.ts";
import { projectFolder } from "../../support/project-folder.ts";

const ignore = (): void => undefined;

describe("missingEnginePackages", () => {
  it("is none where every program is there, and starts nothing to know it", async () => {
    const exec = new FakeExec();
    expect(await missingEnginePackages(exec)).toEqual([]);
    expect(exec.ran).toEqual([]);
  });

  it("names a package once, however many of its programs are missing", async () => {
    const exec = new FakeExec();
    for (const program of ["dockerd", "ip", "ss"]) exec.absent.add(program);
    expect(await missingEnginePackages(exec)).toEqual(["docker.io", "iproute2"]);
  });

  it("finds daemons that are in sbin and not on PATH", async () => {
    const exec = new FakeExec();
    exec.which = async (program) => (program.startsWith("/usr/sbin/") ? program : undefined);
    expect(await missingEnginePackages(exec)).toEqual([]);
  });
});

describe("installEnginePackages", () => {
  it("updates apt's lists and installs as root, without a question and without starting a service", async () => {
    const exec = new FakeExec();
    await installEnginePackages(["docker.io", "socat"], exec, ignore);
    const [update = "", install = ""] = exec.ran;
    expect(exec.ran).toHaveLength(2);
    expect(update).toContain("apt-get -q update");
    expect(install).toContain("patiently apt-get -q install");
    expect(install).toContain("exit 101");
    expect(install).toMatch(/ sh docker\.io socat$/);
    expect(exec.options.every(({ root }) => root)).toBe(true);
  });

  it("passes on what apt says, line by line", async () => {
    const exec = new FakeExec((_command, { onLine }) => {
      onLine?.("Unpacking docker.io");
      return {};
    });
    const lines: string[] = [];
    await installEnginePackages(["docker.io"], exec, (line) => lines.push(line));
    expect(lines).toContain("Unpacking docker.io");
  });

  it("says what to install by hand when apt fails", async () => {
    const exec = new FakeExec(() => ({ exitCode: 100, stderr: "Could not resolve 'archive.example'" }));
    await expect(installEnginePackages(["docker.io"], exec, ignore)).rejects.toMatchObject({
      lastSeen: "Could not resolve 'archive.example'",
      hint: "Install them yourself (sudo apt-get install docker.io), then run: labctl up",
    });
  });

  it("installs nothing where there is no apt", async () => {
    const exec = new FakeExec();
    exec.absent.add("apt-get");
    const refused = await installEnginePackages(["docker.io"], exec, ignore).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EnvironmentError);
    expect(refused).toMatchObject({ lastSeen: "missing: docker.io" });
    expect(exec.ran).toEqual([]);
  });
});

describe("while another apt is at work", () => {
  /** Runs the first script, which brings apt's lists up to date, with this dpkg, an apt-get and a sleep of its own. */
  async function update(dpkg: string): Promise<readonly string[]> {
    await using bin = await projectFolder({
      dpkg: `#!/bin/sh\ncd "\${0%/*}"\n${dpkg}\n`,
      "apt-get": '#!/bin/sh\necho "apt-get $*"\n',
      sleep: "#!/bin/sh\n",
    });
    for (const name of ["dpkg", "apt-get", "sleep"]) await chmod(join(bin.path, name), 0o755);
    const real = createExec({ env: { PATH: `${bin.path}:/usr/bin:/bin` }, isRoot: true });
    const ran: unknown[] = [];
    const nothing = { exitCode: 0, stdout: "", stderr: "" };
    const run: Exec["run"] = async (...args) => (ran.push(args) > 1 ? nothing : real.run(...args));
    const lines: string[] = [];
    await installEnginePackages(["docker.io"], { ...real, run }, (line) => lines.push(line));
    return lines;
  }

  const locked =
    'echo "dpkg: error: dpkg frontend lock was locked by another process with pid 7" >&2; exit 2';

  it("waits for its end", async () => {
    const lines = await update(`[ -e twice ] && exit 0; [ -e once ] && : > twice; : > once; ${locked}`);
    expect(lines).toEqual([
      "waiting for another apt to end",
      "waiting for another apt to end",
      "apt-get -q update",
    ]);
  });

  it("does not wait for ever", async () => {
    await expect(update(locked)).rejects.toMatchObject({
      lastSeen: expect.stringContaining("locked by another process with pid 7") as string,
    });
  });

  it("does not wait where something else is wrong", async () => {
    const failed = await update('echo "dpkg: error: no space left" >&2; exit 2').catch(
      (error: unknown) => error,
    );
    expect((failed as EnvironmentError).lastSeen).toBe("$ sh -ec … sh docker.io\ndpkg: error: no space left");
  });
});
