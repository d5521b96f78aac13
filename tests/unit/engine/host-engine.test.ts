import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { HostEngine, problemOf } from "../../../src/engine/host-engine.ts";
import { fakeEngineSocket } from "../../support/fake-engine-socket.ts";

const gib = 1024 ** 3;
const info = {
  ServerVersion: "29.1.0",
  CgroupVersion: "2",
  MemTotal: 8 * gib,
  NCPU: 4,
  DockerRootDir: "/var/lib/docker",
};

describe("problemOf", () => {
  it.each([
    { why: "an engine that fits", version: "29.1.0", memoryBytes: 8 * gib, problem: undefined },
    { why: "the oldest that fits", version: "20.10.24", memoryBytes: 4 * gib, problem: undefined },
    {
      why: "an old engine",
      version: "19.03.15",
      memoryBytes: 8 * gib,
      problem: "it is version 19.03.15, and labctl needs 20 or newer",
    },
    {
      why: "too little memory",
      version: "29.1.0",
      memoryBytes: 2 * gib,
      problem: "it has 2.0 GiB of memory, and the lab cluster needs 4 GiB",
    },
  ])("$why", ({ version, memoryBytes, problem }) => {
    const facts = { kind: "host", running: true, version, memoryBytes } as const;
    expect(problemOf(facts, "/run/docker.sock")).toBe(problem);
  });

  it("is that nothing answers, before anything else", () => {
    const problem = problemOf({ kind: "host", running: false }, "/run/docker.sock");
    expect(problem).toBe("nothing answers at /run/docker.sock");
  });
});

describe("HostEngine", () => {
  it("tells what the engine says of itself", async () => {
    await using socket = await fakeEngineSocket(info);
    expect(await new HostEngine(socket.path).ensure()).toEqual({
      kind: "host",
      running: true,
      version: "29.1.0",
      cgroupVersion: "2",
      memoryBytes: 8 * gib,
      cpus: 4,
      dataRoot: "/var/lib/docker",
    });
  });

  it("refuses an engine that cannot carry the cluster, and names the way out", async () => {
    await using socket = await fakeEngineSocket({ ...info, MemTotal: gib });
    const refused = await new HostEngine(socket.path).ensure().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EnvironmentError);
    expect(refused).toMatchObject({
      lastSeen: "it has 1.0 GiB of memory, and the lab cluster needs 4 GiB",
      hint: expect.stringContaining("labctl up --engine private") as string,
    });
  });

  it("is not running where there is no socket", async () => {
    const engine = new HostEngine("/nowhere/docker.sock");
    expect(await engine.observe()).toEqual({ kind: "host", running: false });
    await expect(engine.ensure()).rejects.toMatchObject({
      lastSeen: "nothing answers at /nowhere/docker.sock",
    });
  });

  it("shares its network with the host", () => {
    expect(new HostEngine("/run/docker.sock").inNetwork(["curl"])).toEqual(["curl"]);
  });
});
