import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineUnderTest } from "../../support/engine-under-test.ts";
import { OwnEngine } from "../../support/own-engine.ts";

/** Far from labctl's own, so that a cluster of labctl's may run meanwhile. */
const ports = { api: 26443, http: 28080, https: 28443, registry: 25001 };
const page = `http://127.0.0.1:${ports.http}/healthz`;
let own: OwnEngine;

beforeAll(async () => {
  own = await OwnEngine.create(ports);
  await own.engine.ensure(own.progress);
  const program = await engineUnderTest().readFile("labctl/lab-app-1", "/lab-app");
  if (!program) throw new Error("the image lab-app-1 has no /lab-app");
  await own.runServer(program, ports.http);
});

afterAll(() => own.remove());

/** A request that the container answers, through the relay on the host. */
async function isServed(): Promise<boolean> {
  const answer = await fetch(page, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return answer?.ok === true;
}

const served = () => expect.poll(isServed, { timeout: 15_000 }).toBe(true);

/** The engine answers, its container serves the host, and what was in the volume is there. */
async function expectWhole(): Promise<void> {
  expect(await own.engine.observe()).toMatchObject({ kind: "private", running: true });
  await served();
  expect(await own.readNote()).toBe("kept");
}

describe("an engine that was ensured", () => {
  it("runs, with its data below labctl's folder", async () => {
    const facts = await own.engine.observe();
    expect(facts).toMatchObject({ kind: "private", running: true, dataRoot: `${own.home}/engine/data` });
    expect(facts.memoryBytes).toBeGreaterThan(1e9);
  });

  it("is reached by its user alone", async () => {
    expect(((await stat(`${own.home}/engine`)).mode & 0o777).toString(8)).toBe("700");
  });

  it("serves the host through its relays", served);

  it("listens on the host's 127.0.0.1 and nowhere else", async () => {
    const listening = await own.root("ss", "-H", "-l", "-t", "-n");
    const addresses = listening.split("\n").map((line) => line.split(/\s+/)[3] ?? "");
    const ofPorts = Object.values(ports).map((port) => {
      return addresses.filter((address) => address.endsWith(`:${port}`));
    });
    expect(ofPorts).toEqual(Object.values(ports).map((port) => [`127.0.0.1:${port}`]));
  });

  it("is left as it is by a second ensure", async () => {
    const before = await own.processes();
    own.progress.said.length = 0;
    await own.engine.ensure(own.progress);
    expect(await own.processes()).toEqual(before);
    expect(own.progress.said).toEqual([]);
  });
});

describe("ensure brings everything back", () => {
  beforeAll(() => own.writeNote("kept"));

  it("after the daemon, containerd and the shims were killed", async () => {
    await own.kill(await own.processes());
    expect((await own.engine.observe()).running).toBe(false);
    await own.engine.ensure(own.progress);
    await expectWhole();
  });

  it("after a crash that took the containers, too", async () => {
    await own.kill([...(await own.processes()), ...(await own.contained())]);
    await own.engine.ensure(own.progress);
    await expectWhole();
  });

  it("after a crash, where other processes got the pids of the pid files meanwhile", async () => {
    await own.kill([...(await own.processes()), ...(await own.contained())]);
    for (const file of ["docker.pid", "exec/containerd/containerd.pid"]) {
      await own.root("sh", "-ec", 'echo "$2" > "$1"', "sh", `/run/${own.name}/${file}`, String(process.pid));
    }
    await own.engine.ensure(own.progress);
    await expectWhole();
  });

  it("after a power cut: the namespace's name is there, and the namespace is not", async () => {
    await own.kill([...(await own.processes()), ...(await own.contained())]);
    await own.root("umount", "--lazy", `/var/run/netns/${own.name}`);
    await own.engine.ensure(own.progress);
    await expectWhole();
  });

  it("after somebody deleted the namespace, which left the relays in the old one", async () => {
    await own.root("ip", "netns", "delete", own.name);
    const daemons = await own.daemons();
    await own.kill(daemons);
    await own.engine.ensure(own.progress);
    await expectWhole();
  });

  it.each(["UNIX-LISTEN:", "UNIX-CONNECT:"])("after one side of a relay was killed (%s)", async (side) => {
    await own.kill(await own.relays(ports.http, side));
    expect((await own.engine.observe()).running).toBe(false);
    await own.engine.ensure(own.progress);
    await expectWhole();
  });
});

it("a daemon that is only busy, longer than one look takes, is waited for, and not ended", async () => {
  const daemons = await own.daemons();
  await own.root("kill", "-STOP", ...daemons.map(String));
  const ensured = own.engine.ensure(own.progress);
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  await own.root("kill", "-CONT", ...daemons.map(String));
  expect(await ensured).toMatchObject({ running: true });
  expect(await own.daemons()).toEqual(daemons);
});

describe("a port that somebody else listens on", () => {
  let other: Server;

  beforeAll(async () => {
    await own.engine.stop(own.progress);
    other = createServer();
    await new Promise<void>((resolve) => other.listen(ports.https, "127.0.0.1", resolve));
  });

  afterAll(() => new Promise((resolve) => other.close(resolve)));

  it("is named with the process and the flag, and then no port is opened", async () => {
    await expect(own.engine.ensure(own.progress)).rejects.toMatchObject({
      message: `Port ${ports.https} of 127.0.0.1 is taken, and labctl needs it.`,
      lastSeen: expect.stringContaining(`(pid ${process.pid}) listens on it`) as string,
      hint: expect.stringContaining("--https-port") as string,
    });
    expect(await own.relays(ports.http, "")).toEqual([]);
  });
});

describe("the end", () => {
  it("stop leaves no process, and ensure brings back what was there", async () => {
    await own.engine.ensure(own.progress);
    await own.engine.stop(own.progress);
    expect([await own.processes(), await own.contained()]).toEqual([[], []]);
    await own.engine.ensure(own.progress);
    await expectWhole();
  });

  it("remove leaves no process, namespace, mount, file or cgroup, even of an engine that crashed", async () => {
    await own.kill(await own.processes());
    await own.engine.remove(own.progress);
    expect([await own.processes(), await own.contained()]).toEqual([[], []]);
    expect(existsSync(`/var/run/netns/${own.name}`)).toBe(false);
    expect(existsSync(`${own.home}/engine`)).toBe(false);
    expect(existsSync(`/run/${own.name}`)).toBe(false);
    const mounts = await readFile("/proc/self/mounts", "utf8");
    expect(mounts.split("\n").filter((line) => line.includes(own.home) || line.includes(own.name))).toEqual(
      [],
    );
    expect(await own.root("find", "/sys/fs/cgroup", "-type", "d", "-name", `${own.name}*`)).toBe("");
  });

  it("remove of what was never there does nothing", async () => {
    await own.engine.remove(own.progress);
    await writeFile(`${own.home}/untouched`, "");
    await own.engine.remove(own.progress);
    expect(existsSync(`${own.home}/untouched`)).toBe(true);
  });
});
