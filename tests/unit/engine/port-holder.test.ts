import { describe, expect, it } from "vitest";
import { portHolder, portTaken } from "../../../src/engine/port-holder.ts";
import { FakeExec } from "../../support/fake-exec.ts";

/** What `ss -H -l -t -n -p` prints. */
const nginx =
  'LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:(("nginx",pid=120,fd=6),("nginx",pid=119,fd=6))\n' +
  'LISTEN 0 511 [::]:8080 [::]:* users:(("nginx",pid=120,fd=7),("nginx",pid=119,fd=7))';

describe("portHolder", () => {
  it("is nobody where ss lists nothing", async () => {
    const exec = new FakeExec();
    expect(await portHolder(8080, exec)).toBeUndefined();
    expect(exec.ran).toEqual(["ss -H -l -t -n -p sport = :8080"]);
  });

  it("is the first process that listens on the port, on any address", async () => {
    expect(await portHolder(8080, new FakeExec(() => ({ stdout: nginx })))).toEqual({
      name: "nginx",
      pid: 120,
    });
  });

  it("asks as root, or the processes of others would have no name", async () => {
    const exec = new FakeExec();
    await portHolder(8080, exec);
    expect(exec.options[0]?.root).toBe(true);
  });

  it("has no name where the kernel listens itself", async () => {
    const exec = new FakeExec(() => ({ stdout: "LISTEN 0 64 0.0.0.0:2049 0.0.0.0:*" }));
    expect(await portHolder(2049, exec)).toEqual({ name: "an unknown process", pid: undefined });
  });

  it("keeps a name with spaces and brackets whole", async () => {
    const stdout = 'LISTEN 0 1 127.0.0.1:5001 0.0.0.0:* users:(("node (main)",pid=7,fd=3))';
    expect(await portHolder(5001, new FakeExec(() => ({ stdout })))).toEqual({ name: "node (main)", pid: 7 });
  });
});

describe("portTaken", () => {
  it.each([
    ["api", 6443, "--api-port 16443"],
    ["http", 8080, "--http-port 18080"],
    ["https", 8443, "--https-port 18443"],
    ["registry", 5001, "--registry-port 15001"],
  ] as const)("names the process and the flag of the %s port", (use, port, flag) => {
    expect(portTaken(use, port, { name: "nginx", pid: 120 })).toMatchObject({
      message: `Port ${port} of 127.0.0.1 is taken, and labctl needs it.`,
      lastSeen: "nginx (pid 120) listens on it",
      hint: `End that process, or choose another port: labctl up ${flag}`,
    });
  });

  it("proposes no port beyond the last one", () => {
    const { hint } = portTaken("http", 60_000, { name: "nginx", pid: 120 });
    expect(Number(/\d+$/.exec(hint)?.[0])).toBeLessThan(65_536);
  });
});
