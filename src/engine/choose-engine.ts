import type { Exec } from "../exec/exec.ts";
import type { Chosen } from "../chosen.ts";
import type { EngineFacts, EngineKind } from "./engine.ts";

export interface EngineLook {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where labctl's own engine answers: in a lab's shell DOCKER_HOST names it. */
  readonly privateSocket: string;
  /** What answers at a socket; undefined for nothing. */
  readonly facts: (socketPath: string) => Promise<Omit<EngineFacts, "kind" | "running"> | undefined>;
}

const defaultSocket = "/var/run/docker.sock";

/** Host where a Docker answers, private where none does, or what was asked for. */
export async function chooseEngine(
  wanted: EngineKind | "auto",
  look: EngineLook,
): Promise<Chosen<EngineKind> & { readonly socketPath: string }> {
  if (wanted === "private")
    return { value: "private", why: "asked for with --engine", socketPath: defaultSocket };
  const socketPath = await hostSocket(look);
  if (wanted === "auto" && socketPath === look.privateSocket)
    return { value: "private", why: "DOCKER_HOST is the private engine's", socketPath: defaultSocket };
  if (wanted === "host")
    return { value: "host", why: `asked for with --engine, at ${socketPath}`, socketPath };
  const facts = await look.facts(socketPath);
  return facts === undefined
    ? { value: "private", why: `no Docker answers at ${socketPath}`, socketPath }
    : { value: "host", why: `Docker ${facts.version ?? ""} answers at ${socketPath}`, socketPath };
}

/** Where the user's Docker is: DOCKER_HOST, else the current docker context, else the default socket. */
async function hostSocket({ exec, env }: EngineLook): Promise<string> {
  const fromEnv = unixPath(env["DOCKER_HOST"]);
  if (fromEnv !== undefined) return fromEnv;
  if ((await exec.which("docker")) === undefined) return defaultSocket;
  const format = "{{.Endpoints.docker.Host}}";
  const context = await exec.run(["docker", "context", "inspect", "--format", format], {
    allowFailure: true,
  });
  return unixPath(context.stdout.trim()) ?? defaultSocket;
}

/** labctl reaches engines through unix sockets only; a `tcp://` or `ssh://` host is not this machine. */
function unixPath(host: string | undefined): string | undefined {
  return host?.startsWith("unix://") === true ? host.slice("unix://".length) : undefined;
}
