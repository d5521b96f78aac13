import { EnvironmentError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import type { Ports } from "./engine.ts";

const flags: Readonly<Record<keyof Ports, string>> = {
  api: "--api-port",
  http: "--http-port",
  https: "--https-port",
  registry: "--registry-port",
};

export interface PortHolder {
  readonly name: string;
  readonly pid: number | undefined;
}

/** Who listens on a TCP port of this machine (any address of it), or undefined when nobody does. */
export async function portHolder(port: number, exec: Exec): Promise<PortHolder | undefined> {
  const { stdout } = await exec.run(["ss", "-H", "-l", "-t", "-n", "-p", `sport = :${String(port)}`], {
    root: true,
  });
  if (stdout.trim() === "") return undefined;
  // users:(("nginx",pid=12,fd=6))
  const user = /\(\("([^"]+)",pid=(\d+)/.exec(stdout);
  return {
    name: user?.[1] ?? "an unknown process",
    pid: user?.[2] === undefined ? undefined : Number(user[2]),
  };
}

/** The error for a port that somebody else listens on: the process, and the flag that chooses another port. */
export function portTaken(use: keyof Ports, port: number, holder: PortHolder): EnvironmentError {
  const pid = holder.pid === undefined ? "" : ` (pid ${String(holder.pid)})`;
  return new EnvironmentError({
    message: `Port ${String(port)} of 127.0.0.1 is taken, and labctl needs it.`,
    lastSeen: `${holder.name}${pid} listens on it`,
    hint: `End that process, or choose another port: labctl up ${flags[use]} ${String(another(port))}`,
  });
}

function another(port: number): number {
  return port + 10_000 < 65_536 ? port + 10_000 : port - 10_000;
}
