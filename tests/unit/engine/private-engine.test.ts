import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PrivateEngine } from "../../../src/engine/private-engine.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeExec } from "../../support/fake-exec.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const ports = { api: 16443, http: 18080, https: 18443, registry: 15001 };

function engineIn(home: string, exec = new FakeExec()): PrivateEngine {
  const places = { home, project, labs: home, labFiles: home };
  return new PrivateEngine({ exec, clock: new FakeClock(), places, ports, gid: 1000 });
}

it("is not running where nothing answers", async () => {
  await using home = await projectFolder({});
  expect(await engineIn(home.path).observe()).toEqual({ kind: "private", running: false });
});

it("has a name of its own for each home", () => {
  const [first, second] = ["/a", "/b"].map((home) => engineIn(home).inNetwork(["true"]).join(" "));
  expect(first).toMatch(/^nsenter --net=\/var\/run\/netns\/labctl-[0-9a-f]{8} true$/);
  expect(second).not.toBe(first);
});

describe("ensure", () => {
  it("starts dockerd in the namespace with a configuration below the home, and shows the log of one that dies", async () => {
    await using home = await projectFolder({ "engine/daemon.log": "one\ntwo\nno space left on device\n" });
    const exec = new FakeExec();
    const engine = engineIn(home.path, exec);
    await expect(engine.ensure(new RecordingProgress())).rejects.toMatchObject({
      message: "The private container engine ended as soon as it was started.",
      lastSeen: "one\ntwo\nno space left on device",
      hint: expect.stringContaining(join(home.path, "engine", "daemon.log")) as string,
    });
    const config = join(home.path, "engine", "daemon.json");
    const start = engine.inNetwork(["dockerd", "--config-file", config]).join(" ");
    expect(exec.ran.at(-1)).toBe(start);
    expect(JSON.parse(await readFile(config, "utf8"))).toMatchObject({
      "data-root": join(home.path, "engine", "data"),
      hosts: [`unix://${join(home.path, "engine", "docker.sock")}`],
      group: "1000",
      "cgroup-parent": expect.stringMatching(/^labctl-[0-9a-f]{8}$/) as string,
    });
  });

  it("waits for one whose command line cannot be read yet, since its program is still being loaded", async () => {
    await using home = await projectFolder({});
    const exec = new FakeExec();
    exec.detachedPid = process.pid;
    await expect(engineIn(home.path, exec).ensure(new RecordingProgress())).rejects.toMatchObject({
      message: "The private container engine did not answer within 60 s.",
    });
  });

  it("installs what is missing before it starts anything", async () => {
    await using home = await projectFolder({});
    const exec = new FakeExec(() => ({ exitCode: 100, stderr: "E: no network" }));
    exec.absent.add("dockerd");
    const progress = new RecordingProgress();
    await expect(engineIn(home.path, exec).ensure(progress)).rejects.toMatchObject({
      lastSeen: "E: no network",
    });
    expect(progress.said).toEqual(["+ Install docker.io", "! Install docker.io"]);
    expect(exec.ran).toHaveLength(1);
  });
});

it("stop ends nothing where nothing runs", async () => {
  await using home = await projectFolder({});
  const exec = new FakeExec();
  await engineIn(home.path, exec).stop(new RecordingProgress());
  expect(exec.ran).toEqual([]);
});

it("remove takes mounts, folders and cgroups away as root", async () => {
  await using home = await projectFolder({});
  await mkdir(join(home.path, "engine"));
  await writeFile(join(home.path, "engine", "daemon.json"), "{}");
  const exec = new FakeExec();
  await engineIn(home.path, exec).remove(new RecordingProgress());
  expect(exec.ran).toHaveLength(1);
  expect(exec.ran[0]).toMatch(/ sh \/.*\/engine \/run\/labctl-[0-9a-f]{8} labctl-[0-9a-f]{8}$/s);
  expect(exec.options[0]?.root).toBe(true);
});
