import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstFile } from "../../src/docker/docker-archive.ts";
import { connectDocker } from "../../src/docker/docker-connection.ts";
import { createDocker } from "../../src/docker/docker-engine-api.ts";
import type { Docker } from "../../src/docker/docker.ts";
import type { Ports } from "../../src/engine/engine.ts";
import { findContained, findProcesses } from "../../src/engine/own-processes.ts";
import { PrivateEngine } from "../../src/engine/private-engine.ts";
import { createExec } from "../../src/exec/execa-exec.ts";
import type { Exec } from "../../src/exec/exec.ts";
import { systemClock } from "../../src/system-clock.ts";
import { buildContextOf } from "./build-context.ts";
import { RecordingProgress } from "./recording-progress.ts";
import { testLabels } from "./test-names.ts";

const prefix = "labctl-engine-";
const dockerfile = 'FROM scratch\nCOPY server /server\nENV PORT=8080\nENTRYPOINT ["/server"]\n';

/** A private engine of a test's own, beside any other: its home is a temporary folder. */
export class OwnEngine {
  readonly exec: Exec;
  readonly engine: PrivateEngine;
  readonly docker: Docker;
  readonly progress = new RecordingProgress();
  readonly home: string;
  /** Of its network namespace, its cgroups and its folder below /run. */
  readonly name: string;

  private constructor(home: string, ports: Ports) {
    this.home = home;
    this.exec = createExec({ env: process.env, isRoot: process.getuid?.() === 0 });
    const places = { home, project: join(import.meta.dirname, "..", ".."), labs: home, labFiles: home };
    const gid = process.getgid?.() ?? 0;
    this.engine = new PrivateEngine({ exec: this.exec, clock: systemClock, places, ports, gid });
    this.docker = createDocker(this.engine.socketPath);
    this.name = /netns\/([^ ]+)/.exec(this.engine.inNetwork([]).join(" "))?.[1] ?? "";
  }

  /** Removes first what a killed run left. */
  static async create(ports: Ports): Promise<OwnEngine> {
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
    for (const name of left) await new OwnEngine(join(tmpdir(), name), ports).remove();
    return new OwnEngine(await mkdtemp(join(tmpdir(), prefix)), ports);
  }

  async remove(): Promise<void> {
    await this.engine.remove(this.progress);
    await rm(this.home, { recursive: true, force: true });
  }

  async root(...command: readonly string[]): Promise<string> {
    return (await this.exec.run(command, { root: true })).stdout;
  }

  /** A container that serves on a port of the engine's network, with a volume at /data, and comes back by itself. */
  async runServer(program: Buffer, port: number): Promise<void> {
    const tag = "labctl/test-server:latest";
    const context = buildContextOf({ Dockerfile: dockerfile, server: program });
    await this.docker.build({ context, tag, labels: testLabels }, () => undefined);
    const volumes = [{ name: "notes", path: "/data" }];
    const served = [{ host: port, container: 8080 }];
    await this.docker.runContainer({
      name: "server",
      image: tag,
      env: {},
      labels: testLabels,
      volumes,
      ports: served,
      restart: "always",
    });
  }

  /** Into the server's volume. */
  async writeNote(text: string): Promise<void> {
    const { api } = connectDocker(this.engine.socketPath);
    await api.getContainer("server").putArchive(buildContextOf({ note: text }), { path: "/data" });
  }

  async readNote(): Promise<string> {
    const { api } = connectDocker(this.engine.socketPath);
    const archive = await api.getContainer("server").getArchive({ path: "/data/note" });
    return String(await firstFile(archive));
  }

  /** The daemon, containerd, the shims and the relays; not what runs in containers. */
  async processes(): Promise<readonly number[]> {
    return [...new Set([...(await this.daemons()), ...(await findProcesses(`/run/${this.name}/relay-`))])];
  }

  /** Without the relays. */
  async daemons(): Promise<readonly number[]> {
    const [own, run] = await Promise.all([
      findProcesses(`${this.home}/engine/`),
      findProcesses(`/run/${this.name}/exec`),
    ]);
    return [...new Set([...own, ...run])];
  }

  /** @param side `UNIX-LISTEN:` inside the engine's network, `UNIX-CONNECT:` on the host, or nothing for both. */
  relays(port: number, side: string): Promise<readonly number[]> {
    return findProcesses(`${side}/run/${this.name}/relay-${port}.sock`);
  }

  contained(): Promise<readonly number[]> {
    return findContained(this.name);
  }

  /** What a crash does to processes: no warning, no clean-up. */
  async kill(pids: readonly number[]): Promise<void> {
    // Some end by themselves when what they belong to is killed.
    const options = { root: true, allowFailure: true };
    if (pids.length > 0) await this.exec.run(["kill", "-KILL", ...pids.map(String)], options);
  }
}
