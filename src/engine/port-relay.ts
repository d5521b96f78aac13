import type { Clock } from "../clock.ts";
import { EnvironmentError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import type { Ports } from "./engine.ts";
import { commandLines, endProcesses, findProcesses } from "./own-processes.ts";
import { portHolder, portTaken } from "./port-holder.ts";

export interface RelayWorld {
  readonly exec: Exec;
  readonly clock: Clock;
  /** Folder of the unix sockets that connect the two sides. */
  readonly runFolder: string;
  readonly logFile: string;
  /** A command as it is started inside the engine's network namespace. */
  readonly inNetwork: (command: readonly string[]) => readonly string[];
}

/**
 * Makes each port of 127.0.0.1 inside the engine's network namespace reachable on the same port of the host's
 * 127.0.0.1: two socats a port, joined by a unix socket, which does not care about namespaces.
 * @throws EnvironmentError when somebody else listens on one of the ports; then none is opened.
 */
export async function ensureRelays(ports: Ports, world: RelayWorld): Promise<void> {
  const closed = await closedPorts(ports, world);
  for (const [use, port] of closed) {
    // One side may have survived alone.
    await endProcesses(() => findProcesses(socketOf(port, world.runFolder)), { ...world, graceMs: 2000 });
    const holder = await portHolder(port, world.exec);
    if (holder !== undefined) throw portTaken(use, port, holder);
  }
  for (const [, port] of closed) await openRelay(port, world);
}

/** The ports whose relay does not run on both sides. */
export async function closedPorts(
  ports: Ports,
  world: Pick<RelayWorld, "runFolder">,
): Promise<readonly (readonly [use: keyof Ports, port: number])[]> {
  const running = [...(await commandLines()).values()];
  const isOpen = (port: number): boolean =>
    sideMarkers(port, world.runFolder).every((marker) => running.some((line) => line.includes(marker)));
  return (Object.entries(ports) as [keyof Ports, number][]).filter(([, port]) => !isOpen(port));
}

export async function endRelays(world: RelayWorld): Promise<void> {
  await endProcesses(() => findProcesses(`${world.runFolder}/relay-`), { ...world, graceMs: 2000 });
}

/** What tells each side's process from all others. */
function sideMarkers(port: number, runFolder: string): readonly [inner: string, outer: string] {
  const socket = socketOf(port, runFolder);
  return [`UNIX-LISTEN:${socket}`, `UNIX-CONNECT:${socket}`];
}

async function openRelay(port: number, world: RelayWorld): Promise<void> {
  const [inner, outer] = sideMarkers(port, world.runFolder);
  const options = { logFile: world.logFile, root: true };
  const target = `TCP:127.0.0.1:${String(port)}`;
  const listen = `TCP-LISTEN:${String(port)},bind=127.0.0.1,reuseaddr,fork`;
  await world.exec.detach(world.inNetwork(["socat", `${inner},fork,unlink-early`, target]), options);
  await world.exec.detach(["socat", listen, outer], options);
  const deadline = world.clock.elapsed() + 5000;
  while ((await portHolder(port, world.exec)) === undefined) {
    if (world.clock.elapsed() > deadline) throw relayFailed(port, world.logFile);
    await world.clock.sleep(50);
  }
}

function socketOf(port: number, runFolder: string): string {
  return `${runFolder}/relay-${String(port)}.sock`;
}

function relayFailed(port: number, logFile: string): EnvironmentError {
  return new EnvironmentError({
    message: `Port ${String(port)} of 127.0.0.1 could not be opened.`,
    lastSeen: `socat did not listen within 5 s; its log is ${logFile}`,
    hint: "labctl doctor",
  });
}
