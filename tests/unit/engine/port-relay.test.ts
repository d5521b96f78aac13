import { describe, expect, it } from "vitest";
import { closedPorts, ensureRelays, type RelayWorld } from "../../../src/engine/port-relay.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeExec } from "../../support/fake-exec.ts";

const ports = { api: 16443, http: 18080, https: 18443, registry: 15001 };

/** A machine on which somebody listens on the ports of `taken`, and a relay listens once it was started. */
function world(taken: Readonly<Record<number, string>> = {}): RelayWorld & { readonly exec: FakeExec } {
  const exec: FakeExec = new FakeExec((command) => {
    const port = Number(/:(\d+)$/.exec(command.join(" "))?.[1]);
    const holder = taken[port] ?? (relays(exec).some((line) => line.includes(`:${port},`)) ? "socat" : "");
    return { stdout: holder === "" ? "" : `LISTEN 0 5 127.0.0.1:${port} users:(("${holder}",pid=7,fd=5))` };
  });
  return {
    exec,
    clock: new FakeClock(),
    runFolder: "/run/labctl-of-a-unit-test",
    logFile: "/tmp/relay.log",
    inNetwork: (command) => ["nsenter", "--net=/var/run/netns/x", ...command],
  };
}

function relays(exec: FakeExec): readonly string[] {
  return exec.ran.filter((line) => line.includes("socat "));
}

describe("ensureRelays", () => {
  it("opens two sides a port, one of them inside, and both on 127.0.0.1 alone", async () => {
    const machine = world();
    await ensureRelays(ports, machine);
    expect(relays(machine.exec)).toHaveLength(8);
    expect(relays(machine.exec).slice(0, 2)).toEqual([
      "nsenter --net=/var/run/netns/x socat UNIX-LISTEN:/run/labctl-of-a-unit-test/relay-16443.sock,fork,unlink-early TCP:127.0.0.1:16443",
      "socat TCP-LISTEN:16443,bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:/run/labctl-of-a-unit-test/relay-16443.sock",
    ]);
  });

  it("opens none where one of the ports is somebody else's, and says whose", async () => {
    const machine = world({ 18443: "caddy" });
    await expect(ensureRelays(ports, machine)).rejects.toMatchObject({
      message: "Port 18443 of 127.0.0.1 is taken, and labctl needs it.",
      lastSeen: "caddy (pid 7) listens on it",
      hint: expect.stringContaining("--https-port") as string,
    });
    expect(relays(machine.exec)).toEqual([]);
  });

  it("names the log of a relay that does not listen", async () => {
    const machine = world();
    machine.exec.answer = () => ({});
    await expect(ensureRelays(ports, machine)).rejects.toMatchObject({
      message: "Port 16443 of 127.0.0.1 could not be opened.",
      lastSeen: expect.stringContaining("/tmp/relay.log") as string,
    });
  });
});

it("closedPorts are those without a process on either side", async () => {
  const closed = await closedPorts(ports, { runFolder: "/run/labctl-of-a-unit-test" });
  expect(closed).toEqual(Object.entries(ports));
});
