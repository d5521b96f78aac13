import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createPlatform } from "../src/create-platform.ts";
import type { EngineKind } from "../src/engine/engine.ts";
import { createExec } from "../src/exec/execa-exec.ts";
import type { PlatformChoice } from "../src/platform.ts";
import { systemClock } from "../src/system-clock.ts";

const { env } = process;
const project = dirname(import.meta.dirname);
/** What the integration tests run, or build on. */
const images = ["debian-12", "registry", "lab-app-1", "nginx-1.22.1"];

export interface EngineNetwork {
  readonly kind: EngineKind;
  /** The engine's unix socket, as the docker command takes it. */
  readonly dockerHost: string;
  /** A command line as it is started where containers' published ports are on 127.0.0.1, with DOCKER_HOST set. */
  readonly enter: (line: readonly string[]) => readonly string[];
}

/**
 * Brings up the engine that labctl would choose, with the images of the integration tests.
 * @returns undefined when that cannot be: labctl has said why.
 */
export async function engineNetwork(): Promise<EngineNetwork | undefined> {
  if ((await run([join(project, "labctl"), "images", "build", ...images])) !== 0) return undefined;
  const { getuid = () => 0, getgid = () => 0 } = process;
  const isRoot = getuid() === 0;
  const platform = await createPlatform(
    {
      exec: createExec({ env, isRoot }),
      env,
      clock: systemClock,
      places: {
        home: env["LABCTL_HOME"] ?? join(homedir(), ".labctl"),
        project,
        labs: project,
        labFiles: project,
      },
      signal: new AbortController().signal,
      random: (bytes) => randomBytes(bytes).toString("hex"),
    },
    { cluster: "labctl", engine: chosenEngine(), images: "packages", ports: {} },
  );
  const { engine } = platform;
  const { kind } = engine;
  const dockerHost = `unix://${engine.socketPath}`;
  const seen = { PATH: env["PATH"] ?? "", HOME: homedir(), DOCKER_HOST: dockerHost };
  const withEnv = ["env", ...Object.entries(seen).map(([name, value]) => `${name}=${value}`)];
  if (isRoot || kind === "host") {
    return { kind, dockerHost, enter: (line) => engine.inNetwork([...withEnv, ...line]) };
  }
  // Entering a network takes root; the tests themselves run as who started them.
  const self = ["setpriv", `--reuid=${String(getuid())}`, `--regid=${String(getgid())}`, "--clear-groups"];
  return {
    kind,
    dockerHost,
    enter: (line) => ["sudo", "-n", ...engine.inNetwork([...self, ...withEnv, ...line])],
  };
}

/** As labctl reads it from its environment. */
function chosenEngine(): PlatformChoice["engine"] {
  const asked = env["LABCTL_ENGINE"];
  return asked === "host" || asked === "private" ? asked : "auto";
}

function run([file = "", ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}
