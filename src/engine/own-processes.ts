import { readFile, readdir, stat } from "node:fs/promises";
import type { Clock } from "../clock.ts";
import type { Exec } from "../exec/exec.ts";
import { exists } from "../exists.ts";

/**
 * The pids of processes that have a text in their command line. labctl's own carry a path of labctl's, so they are
 * found again whoever started them, and after labctl was killed; no pid file can be stale.
 */
export async function findProcesses(marker: string): Promise<readonly number[]> {
  return [...(await commandLines())].filter(([, line]) => line.includes(marker)).map(([pid]) => pid);
}

/** Whether there is a process with this pid. */
export async function isRunning(pid: number): Promise<boolean> {
  return exists(`/proc/${String(pid)}`);
}

/**
 * The command line of every process of root's, by pid: one look for many questions. What labctl starts for the engine is
 * root's; anybody may write labctl's words into a command line of their own, and only what is found here is ended.
 */
export async function commandLines(): Promise<ReadonlyMap<number, string>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => ((await isOfRoot(pid)) ? [[pid, await commandLine(pid)] as const] : [])),
  );
  return new Map(lines.flat());
}

async function isOfRoot(pid: number): Promise<boolean> {
  return stat(`/proc/${String(pid)}`).then(
    ({ uid }) => uid === 0,
    () => false,
  );
}

/**
 * The pids of what runs in containers of an engine with this cgroup parent, as whatever user: they outlive a daemon and
 * shims that were killed. Ended processes that nobody has reaped yet are none.
 */
export async function findContained(cgroupParent: string): Promise<readonly number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(all.map(commandLine));
  const pids = all.filter((_, index) => lines[index] !== "");
  const cgroups = await Promise.all(pids.map((pid) => readIfThere(`/proc/${String(pid)}/cgroup`)));
  return pids.filter((_, index) => cgroups[index]?.includes(`/${cgroupParent}/`) === true);
}

/** Ends what a look finds, by pid: SIGTERM, then SIGKILL for what is still there after `graceMs`. */
export async function endProcesses(
  find: () => Promise<readonly number[]>,
  world: { readonly exec: Exec; readonly clock: Clock; readonly graceMs: number },
): Promise<void> {
  const { exec, clock, graceMs } = world;
  for (const signal of ["TERM", "KILL"]) {
    const pids = await find();
    if (pids.length === 0) return;
    await exec.run(["kill", `-${signal}`, ...pids.map(String)], { root: true, allowFailure: true });
    const deadline = clock.elapsed() + graceMs;
    while ((await find()).length > 0 && clock.elapsed() < deadline) await clock.sleep(100);
  }
}

async function commandLine(pid: number): Promise<string> {
  return (await readIfThere(`/proc/${String(pid)}/cmdline`)).replaceAll("\0", " ");
}

/** A process may end between two looks. */
async function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
