import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { getuid } from "node:process";
import { afterEach, describe, expect, it } from "vitest";
import { endProcesses, findContained, findProcesses } from "../../../src/engine/own-processes.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeExec } from "../../support/fake-exec.ts";

/** This very process, by the whole of its command line. */
const self = (await readFile("/proc/self/cmdline", "utf8")).replaceAll("\0", " ");

const isRoot = getuid?.() === 0;

it.runIf(isRoot)("finds a process by its command line", async () => {
  expect(await findProcesses(self)).toContain(process.pid);
});

it("finds nothing in the cgroups of an engine that is not there", async () => {
  expect(await findContained("labctl-of-a-unit-test")).toEqual([]);
});

it("ends nothing where nothing is found", async () => {
  const exec = new FakeExec();
  await endProcesses(async () => [], { exec, clock: new FakeClock(), graceMs: 1000 });
  expect(exec.ran).toEqual([]);
});

it.runIf(isRoot)("asks first, and kills what is still there after the grace", async () => {
  const exec = new FakeExec();
  const clock = new FakeClock();
  const started = clock.now();
  await endProcesses(() => findProcesses(self), { exec, clock, graceMs: 200 });
  expect(exec.ran.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual(["kill -TERM", "kill -KILL"]);
  expect(exec.ran.every((line) => line.includes(String(process.pid)))).toBe(true);
  expect(clock.now() - started).toBeGreaterThanOrEqual(200);
});

describe.runIf(isRoot)("words that are labctl's", () => {
  const marker = `--config-file /nowhere/${String(process.pid)}/daemon.json`;
  const nobody = 65534;
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));
  const start = (options: { readonly uid?: number }): number => {
    child = spawn("sh", ["-c", "sleep 60; exit 0", ...marker.split(" ")], { stdio: "ignore", ...options });
    return child.pid ?? 0;
  };

  it("are those of a process of root's", async () => {
    const own = start({});
    await expect.poll(() => findProcesses(marker)).toEqual([own]);
  });

  it("mean nothing in the command line of somebody else", async () => {
    const other = start({ uid: nobody });
    const words = () => readFile(`/proc/${String(other)}/cmdline`, "utf8");
    await expect.poll(words).toContain("daemon.json");
    expect(await findProcesses(marker)).toEqual([]);
  });
});
