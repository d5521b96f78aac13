import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Places } from "../places.ts";
import { EnvironmentError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import type { Progress } from "../terminal/progress.ts";
import { dockerFacts } from "./docker-facts.ts";
import type { Engine, EngineFacts, Ports } from "./engine.ts";
import { installEnginePackages, missingEnginePackages } from "../host/engine-packages.ts";
import { NetworkNamespace } from "./network-namespace.ts";
import { endProcesses, findContained, findProcesses, isRunning } from "./own-processes.ts";
import { closedPorts, endRelays, ensureRelays, type RelayWorld } from "./port-relay.ts";

export interface PrivateEngineParts {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly places: Places;
  readonly ports: Ports;
  /** The group that may use the socket: the user's own. */
  readonly gid: number;
}

const startWithinMs = 60_000;

/** Where labctl's own engine of this home answers, while it runs. */
export function privateSocket(home: string): string {
  return join(folderOf(home), "docker.sock");
}

function folderOf(home: string): string {
  return join(home, "engine");
}

/** `ended`: there is no daemon; `late`: there is one, and it did not answer in time. */
type Answer = "here" | "ended" | "late";

/** A dockerd of labctl's own, in a network namespace of its own, with its data below labctl's home. */
export class PrivateEngine implements Engine {
  readonly kind = "private";
  readonly socketPath: string;
  readonly #parts: PrivateEngineParts;
  readonly #namespace: NetworkNamespace;
  /** Of this home, so that two homes on one machine have an engine each. */
  readonly #name: string;
  readonly #folder: string;
  readonly #runFolder: string;

  constructor(parts: PrivateEngineParts) {
    this.#parts = parts;
    this.#folder = folderOf(parts.places.home);
    this.#name = `labctl-${createHash("sha256").update(parts.places.home).digest("hex").slice(0, 8)}`;
    this.#runFolder = `/run/${this.#name}`;
    this.#namespace = new NetworkNamespace(this.#name, parts.exec);
    this.socketPath = privateSocket(parts.places.home);
  }

  inNetwork(command: readonly string[]): readonly string[] {
    return this.#namespace.enter(command);
  }

  async observe(): Promise<EngineFacts> {
    const facts = await dockerFacts(this.socketPath);
    if (facts === undefined) return { kind: this.kind, running: false };
    const closed = await closedPorts(this.#parts.ports, { runFolder: this.#runFolder });
    return { kind: this.kind, running: closed.length === 0, ...facts };
  }

  async ensure(progress: Progress): Promise<EngineFacts> {
    await this.#ensurePackages(progress);
    if ((await dockerFacts(this.socketPath)) === undefined) {
      await progress.step("Start the private container engine", () => this.#start());
    }
    await ensureRelays(this.#parts.ports, this.#relayWorld());
    return this.observe();
  }

  async stop(progress: Progress): Promise<void> {
    await progress.step("Stop the private container engine", async () => {
      await endRelays(this.#relayWorld());
      await this.#endDaemon();
    });
  }

  async remove(progress: Progress): Promise<void> {
    await this.stop(progress);
    await progress.step("Remove the private container engine", async () => {
      await this.#namespace.remove();
      await this.#parts.exec.run(
        ["sh", "-ec", removeScript, "sh", this.#folder, this.#runFolder, this.#name],
        {
          root: true,
        },
      );
    });
  }

  async #ensurePackages(progress: Progress): Promise<void> {
    const missing = await missingEnginePackages(this.#parts.exec);
    if (missing.length === 0) return;
    await progress.step(`Install ${missing.join(", ")}`, (step) =>
      installEnginePackages(missing, this.#parts.exec, (line) => {
        step.detail(line);
      }),
    );
  }

  async #start(): Promise<void> {
    const { exec } = this.#parts;
    // One that is busy, or that a killed labctl has just started, is given its time.
    if ((await this.#answer()) === "here") return;
    // What a power cut or a kill left: a daemon that does not answer, shims without one, mounts of dead containers.
    await this.#endDaemon();
    // Relays may have survived in a namespace that is gone.
    await endRelays(this.#relayWorld());
    await this.#namespace.ensure();
    await mkdir(this.#folder, { recursive: true });
    // Who reaches the socket is root on this machine: the user alone.
    await chmod(this.#folder, 0o700);
    await exec.run(["sh", "-ec", prepareScript, "sh", this.#runFolder], { root: true });
    const config = await this.#writeConfig();
    const logFile = join(this.#folder, "daemon.log");
    const daemon = this.inNetwork(["dockerd", "--config-file", config]);
    const pid = await exec.detach(daemon, { logFile, root: true });
    const answer = await this.#answer(pid);
    if (answer !== "here") throw await startFailed(logFile, answer);
  }

  /**
   * Waits for the daemon's answer, as long as there is a daemon.
   * @param started the pid of one that was started just now: until its program is loaded, which takes seconds from a
   *   cold disk, its command line reads as empty, and only its pid tells that it is there.
   */
  async #answer(started?: number): Promise<Answer> {
    const { clock } = this.#parts;
    const deadline = clock.elapsed() + startWithinMs;
    while ((await dockerFacts(this.socketPath)) === undefined) {
      const isThere =
        (started !== undefined && (await isRunning(started))) ||
        (await findProcesses(this.#marker)).length > 0;
      if (!isThere) return "ended";
      if (clock.elapsed() > deadline) return "late";
      await clock.sleep(200);
    }
    return "here";
  }

  get #configFile(): string {
    return join(this.#folder, "daemon.json");
  }

  /** What the daemon's command line has, and that of an editor with the same file open does not. */
  get #marker(): string {
    return `--config-file ${this.#configFile}`;
  }

  /** A file, not flags: a daemon.json of the host's own Docker would contradict them. */
  async #writeConfig(): Promise<string> {
    const wrapper = "runc-with-granted-capabilities";
    const runtime = join(this.#folder, wrapper);
    const isNarrow = await lacksCapabilities();
    if (isNarrow) await copyFile(join(this.#parts.places.project, "images/node/files", wrapper), runtime);
    const config = {
      "data-root": join(this.#folder, "data"),
      "exec-root": join(this.#runFolder, "exec"),
      pidfile: join(this.#runFolder, "docker.pid"),
      hosts: [`unix://${this.socketPath}`],
      group: String(this.#parts.gid),
      "cgroup-parent": this.#name,
      // systemd's driver would take a name of its own kind only (`….slice`), and is not everywhere.
      "exec-opts": ["native.cgroupdriver=cgroupfs"],
      "log-level": "warn",
      ...(isNarrow ? { runtimes: { labctl: { path: runtime } }, "default-runtime": "labctl" } : {}),
    };
    await writeFile(this.#configFile, JSON.stringify(config, null, 2));
    return this.#configFile;
  }

  async #endDaemon(): Promise<void> {
    const world = { exec: this.#parts.exec, clock: this.#parts.clock };
    await endProcesses(() => findProcesses(this.#marker), { ...world, graceMs: 30_000 });
    // containerd and the shims name the run folder; after a clean stop there are none, and no container either.
    await endProcesses(() => findProcesses(`${this.#runFolder}/exec`), { ...world, graceMs: 5000 });
    await endProcesses(() => findContained(this.#name), { ...world, graceMs: 2000 });
  }

  #relayWorld(): RelayWorld {
    return {
      exec: this.#parts.exec,
      clock: this.#parts.clock,
      runFolder: this.#runFolder,
      logFile: join(this.#folder, "relay.log"),
      inNetwork: (command) => this.inNetwork(command),
    };
  }
}

/** Whether this kernel keeps a capability from root: then a privileged container cannot be started as it is. */
async function lacksCapabilities(): Promise<boolean> {
  const [status, last] = await Promise.all([
    readFile("/proc/self/status", "utf8"),
    readFile("/proc/sys/kernel/cap_last_cap", "utf8"),
  ]);
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  return bounding !== (1n << BigInt(Number(last) + 1)) - 1n;
}

async function startFailed(logFile: string, answer: Answer): Promise<EnvironmentError> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  return new EnvironmentError({
    message:
      answer === "ended"
        ? "The private container engine ended as soon as it was started."
        : "The private container engine did not answer within 60 s.",
    lastSeen: log.trim().split("\n").slice(-5).join("\n"),
    hint: `Its whole log is ${logFile}; this machine's part of it: labctl doctor`,
  });
}

/**
 * The pid files that a killed daemon leaves go: dockerd takes whatever has the pid by now, an ended process that nobody
 * has reaped included, for a daemon or a containerd of its own, and waits for it in vain.
 */
const prepareScript = 'mkdir -p "$1" && rm -f "$1/docker.pid" "$1/exec/containerd/containerd.pid"';

/** Mounts first (deepest last in /proc/mounts), then the folders, then the cgroups of containers that are gone. */
const removeScript = `
for folder in "$1" "$2"; do
  awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do
    umount -l "$mount"
  done
  rm -rf "$folder"
done
find /sys/fs/cgroup -depth -type d -path "*/$3*" -exec rmdir {} + 2> /dev/null || true
`;
