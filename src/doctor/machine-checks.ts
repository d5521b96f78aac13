import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../exists.ts";
import { freeBytesAt, neededGiB } from "../images/disk-space.ts";
import type { DoctorCheck } from "./doctor.ts";

const gib = 1024 ** 3;
/** Three nodes, the registry and one lab. */
const memoryNeeded = 4 * gib;

/** What the machine itself has to offer. */
export const machineChecks: readonly DoctorCheck[] = [
  {
    name: "root or sudo",
    async look({ deps }) {
      const { stdout } = await deps.exec.run(["id", "-u"]);
      if (stdout.trim() === "0") return { ok: true, seen: "root" };
      if ((await deps.exec.which("sudo")) === undefined) {
        return { ok: false, seen: "neither", todo: "Run labctl as root, or install sudo." };
      }
      const { exitCode } = await deps.exec.run(["sudo", "-n", "true"], { allowFailure: true });
      if (exitCode === 0) return { ok: true, seen: "sudo without a password" };
      return { ok: false, seen: "sudo asks for a password", todo: "Run: sudo -v, then labctl again" };
    },
  },
  {
    name: "disk",
    async look({ deps }) {
      const folder = await existingFolder(deps.places.home);
      const free = await freeBytesAt(folder);
      const seen = `${inGib(free)} GiB free at ${folder}`;
      const needed = (await neededGiB(deps.places.home)) * gib;
      if (free >= needed) return { ok: true, seen };
      return {
        ok: false,
        seen,
        todo: `The next build of images needs ${inGib(needed)} GiB: free some, or move LABCTL_HOME.`,
      };
    },
  },
  {
    name: "memory",
    async look() {
      const kib = /MemAvailable:\s+(\d+) kB/.exec(await readFile("/proc/meminfo", "utf8"))?.[1];
      const available = Number(kib ?? 0) * 1024;
      const seen = `${inGib(available)} GiB available`;
      if (available >= memoryNeeded) return { ok: true, seen };
      return { ok: false, seen, todo: `The cluster needs ${inGib(memoryNeeded)} GiB: end what else runs.` };
    },
  },
  {
    name: "cgroups",
    async look() {
      if (await exists("/sys/fs/cgroup/cgroup.controllers")) return { ok: true, seen: "version 2" };
      if (await exists("/sys/fs/cgroup/memory")) return { ok: true, seen: "version 1" };
      return {
        ok: false,
        seen: "no memory controller",
        todo: "Boot with cgroup version 2 (systemd.unified_cgroup_hierarchy=1).",
      };
    },
  },
  { name: "Node", look: ({ deps }) => version(deps.exec.run(["node", "--version"], { allowFailure: true })) },
  {
    name: "Go",
    look: ({ deps }) => version(deps.exec.run([deps.env["GO"] ?? "go", "version"], { allowFailure: true })),
  },
];

async function version(running: Promise<{ readonly stdout: string }>) {
  const seen = await running.then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  return seen === "" ? { ok: false, seen: "not found", todo: "Run: make bootstrap" } : { ok: true, seen };
}

/** The folder itself, or the nearest above it that is there. */
async function existingFolder(path: string): Promise<string> {
  return (await exists(path)) ? path : existingFolder(dirname(path));
}

function inGib(bytes: number): string {
  return (bytes / gib).toFixed(1);
}
