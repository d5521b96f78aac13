import { readFile, readdir } from "node:fs/promises";
import type { Clock } from "../clock.ts";
import type { Exec } from "../exec/exec.ts";

/**
 * The pids of processes that have a text in their command line. labctl's own carry a path of labctl's, so they are
 * found again whoever started them, and after labctl was killed; no pid file can be stale.
 */
export async function findProcesses(marker: string): Promise<readonly number[]> {
  return [...(await commandLines())].filter(([, line]) => line.includes(marker)).map(([pid]) => pid);
}

/** The command line of every process of this machine, by pid: one look for many questions. */
export async function commandLines(): Promise<ReadonlyMap<number, string>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(pids.map(commandLine));
  return new Map(pids.map((pid, index) => [pid, lines[index] ?? ""]));
}

/** Ends processes by pid: SIGTERM, then SIGKILL for those that are still there after `graceMs`. */
export async function endProcesses(
  marker: string,
  world: { readonly exec: Exec; readonly clock: Clock; readonly graceMs: number },
): Promise<void> {
  const { exec, clock, graceMs } = world;
  for (const signal of ["TERM", "KILL"]) {
    const pids = await findProcesses(marker);
    if (pids.length === 0) return;
    await exec.run(["kill", `-${signal}`, ...pids.map(String)], { root: true, allowFailure: true });
    const deadline = clock.now() + graceMs;
    while ((await findProcesses(marker)).length > 0 && clock.now() < deadline) await clock.sleep(100);
  }
}

async function commandLine(pid: number): Promise<string> {
  // A process may end between the two looks.
  return readFile(`/proc/${String(pid)}/cmdline`, "utf8").then(
    (text) => text.replaceAll("\0", " "),
    () => "",
  );
}
