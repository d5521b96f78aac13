import { describe, expect, it } from "vitest";
import { chooseEngine } from "../../../src/engine/choose-engine.ts";
import { FakeExec } from "../../support/fake-exec.ts";

interface Machine {
  /** Sockets at which a Docker 29.1.0 answers. */
  readonly answering?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The host of the current docker context; without it there is no docker on PATH. */
  readonly context?: string;
}

function look({ answering = [], env = {}, context }: Machine) {
  const exec = new FakeExec(() => ({ stdout: `${context ?? ""}\n` }));
  if (context === undefined) exec.absent.add("docker");
  const facts = async (socketPath: string) =>
    answering.includes(socketPath) ? { version: "29.1.0" } : undefined;
  return { exec, env, facts, privateSocket: "/home/student/.labctl/engine/docker.sock" };
}

describe("auto", () => {
  it("takes the Docker that answers at the default socket", async () => {
    const chosen = await chooseEngine("auto", look({ answering: ["/var/run/docker.sock"] }));
    expect(chosen).toEqual({
      value: "host",
      why: "Docker 29.1.0 answers at /var/run/docker.sock",
      socketPath: "/var/run/docker.sock",
    });
  });

  it("takes the private engine where no Docker answers, and says where it looked", async () => {
    const chosen = await chooseEngine("auto", look({}));
    expect(chosen).toMatchObject({ value: "private", why: "no Docker answers at /var/run/docker.sock" });
  });

  it("looks where DOCKER_HOST says, before the docker context", async () => {
    const env = { DOCKER_HOST: "unix:///run/user/1000/docker.sock" };
    const machine = look({ env, context: "unix:///other.sock", answering: ["/run/user/1000/docker.sock"] });
    const chosen = await chooseEngine("auto", machine);
    expect(chosen).toMatchObject({ value: "host", socketPath: "/run/user/1000/docker.sock" });
    expect(machine.exec.ran).toEqual([]);
  });

  it("is the private engine in a lab's shell, where DOCKER_HOST names it", async () => {
    const socket = "/home/student/.labctl/engine/docker.sock";
    const chosen = await chooseEngine(
      "auto",
      look({ env: { DOCKER_HOST: `unix://${socket}` }, answering: [socket] }),
    );
    expect(chosen.value).toBe("private");
  });

  it("looks where the current docker context says", async () => {
    const socket = "/home/student/.docker/desktop/docker.sock";
    const chosen = await chooseEngine("auto", look({ context: `unix://${socket}`, answering: [socket] }));
    expect(chosen).toMatchObject({ value: "host", socketPath: socket });
  });

  it.each(["tcp://192.0.2.7:2376", "ssh://lab@example.org"])(
    "does not take %s for this machine",
    async (host) => {
      const fromEnv = await chooseEngine("auto", look({ env: { DOCKER_HOST: host } }));
      const fromContext = await chooseEngine("auto", look({ context: host }));
      expect([fromEnv.value, fromContext.value]).toEqual(["private", "private"]);
    },
  );

  it("takes the default socket where docker has no context to tell", async () => {
    const chosen = await chooseEngine("auto", look({ context: "", answering: ["/var/run/docker.sock"] }));
    expect(chosen).toMatchObject({ value: "host", socketPath: "/var/run/docker.sock" });
  });
});

describe("asked for", () => {
  it("is private even where a Docker answers", async () => {
    const chosen = await chooseEngine("private", look({ answering: ["/var/run/docker.sock"] }));
    expect(chosen).toMatchObject({ value: "private", why: "asked for with --engine" });
  });

  it("is host even where none answers yet: ensure says what is wrong with it", async () => {
    const chosen = await chooseEngine("host", look({}));
    expect(chosen).toEqual({
      value: "host",
      why: "asked for with --engine, at /var/run/docker.sock",
      socketPath: "/var/run/docker.sock",
    });
  });
});
