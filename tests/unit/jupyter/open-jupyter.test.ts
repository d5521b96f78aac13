import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { openJupyter } from "../../../src/jupyter/open-jupyter.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeJupyter, idle, prints, type KernelMessage } from "../../support/fake-jupyter.ts";
import { page } from "../../support/fake-probe.ts";

const url = "http://hub.localhost/user/ana/";
const open = (server: FakeJupyter, token: string | undefined = server.token) =>
  openJupyter({ frontDoor: server.door, clock: new FakeClock() }, { url, token });
const withinMs = 1000;

describe("openJupyter", () => {
  it("asks below the base, with the token in a header", async () => {
    const server = new FakeJupyter({ token: "secret" });
    expect(await open(server).status()).toMatchObject({ ok: true, value: { kernels: 0 } });
    expect(server.door.asked).toMatchObject([
      { url: `${url}api/status`, method: "GET", headers: { authorization: "token secret" } },
    ]);
  });

  it("sends no header without a token, and tells what the server says", async () => {
    const server = new FakeJupyter({ token: "secret" });
    const jupyter = openJupyter({ frontDoor: server.door, clock: new FakeClock() }, { url });
    expect(await jupyter.status()).toEqual({ ok: false, status: 403, why: "status 403 (Forbidden)" });
    expect(server.door.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  it("writes, reads and removes files", async () => {
    const server = new FakeJupyter();
    const jupyter = open(server);
    expect(await jupyter.writeFile("work/a b.txt", "text")).toEqual({ ok: true, value: undefined });
    expect(server.door.asked[0]?.url).toBe(`${url}api/contents/work/a%20b.txt`);
    expect(await jupyter.readFile("work/a b.txt")).toEqual({ ok: true, value: "text" });
    expect(await jupyter.removeFile("work/a b.txt")).toEqual({ ok: true, value: undefined });
    expect(await jupyter.readFile("work/a b.txt")).toMatchObject({ ok: false, status: 404 });
  });

  it("tells another server's answer, and none, from Jupyter's", async () => {
    const server = new FakeJupyter();
    server.before = () => page("<h1>Welcome to nginx!</h1>");
    expect(await open(server).status()).toMatchObject({
      why: "status 200, but not what a Jupyter server says",
    });
    server.before = () => page("no available server", {}, 503);
    expect(await open(server).status()).toMatchObject({
      status: 503,
      why: "status 503 (no available server)",
    });
    server.before = () => ({ ok: false, reason: "timeout", message: "no answer in time" });
    expect(await open(server).status()).toEqual({ ok: false, why: "no answer in time" });
  });

  it("throws when nothing answers at the front door", async () => {
    const server = new FakeJupyter();
    server.before = () => {
      throw new EnvironmentError({ message: "nothing there", hint: "labctl up" });
    };
    await expect(open(server).execute("1", { withinMs })).rejects.toThrow(EnvironmentError);
  });
});

describe("a kernel", () => {
  it("runs code, and is removed afterwards", async () => {
    const server = new FakeJupyter({ run: (code) => prints(`${code} = 42\n`) });
    expect(await open(server).execute("6 * 7", { withinMs })).toEqual({ ok: true, output: "6 * 7 = 42\n" });
    expect(server.kernels).toEqual(new Set());
  });

  it("stays for the next execution, and is known until it is disposed of", async () => {
    const server = new FakeJupyter({ run: () => prints("x") });
    const started = await open(server).startKernel();
    if (!started.ok) throw new Error(started.why);
    const kernel = started.value;
    await kernel.execute("1", { withinMs });
    expect(await kernel.isKnown()).toEqual({ ok: true, value: true });
    await kernel[Symbol.asyncDispose]();
    expect(await kernel.isKnown()).toEqual({ ok: true, value: false });
  });

  const told = async (messages: readonly KernelMessage[]) =>
    open(new FakeJupyter({ run: () => messages })).execute("…", { withinMs });

  it("gives standard output and values in their order, and nobody else's", async () => {
    const executed = await told([
      { type: "status", content: { execution_state: "idle" }, foreign: true },
      { type: "stream", content: { name: "stdout", text: "one\n" } },
      { type: "stream", content: { name: "stderr", text: "a warning\n" } },
      { type: "stream", content: { name: "stdout", text: "stranger" }, foreign: true },
      { type: "execute_result", content: { data: { "text/plain": "2" } } },
      { type: "comm_open", content: {} },
      idle,
      { type: "stream", content: { name: "stdout", text: "too late" } },
    ]);
    expect(executed).toEqual({ ok: true, output: "one\n2\n" });
  });

  it("gives an error with its name, and what was written before it", async () => {
    const error = { ename: "ZeroDivisionError", evalue: "division by zero", traceback: [] };
    expect(await told([...prints("before").slice(0, 1), { type: "error", content: error }, idle])).toEqual({
      ...{ ok: false, why: "ZeroDivisionError: division by zero", output: "before" },
    });
  });

  it("tells a kernel that ended by itself", async () => {
    const restarting = { type: "status", content: { execution_state: "restarting" }, foreign: true };
    expect(await told([restarting])).toMatchObject({
      ok: false,
      why: expect.stringContaining("ended by itself") as string,
    });
  });

  it("tells a connection that was closed from a kernel that takes too long", async () => {
    expect(await told([])).toMatchObject({ why: "the connection to the kernel was closed" });
    const server = new FakeJupyter();
    const clock = new FakeClock();
    const { door } = server;
    const socket = { send: () => undefined, close: () => undefined };
    door.socket = async () => ({
      ok: true as const,
      socket: { ...socket, receive: (ms: number) => clock.sleep(ms).then(() => undefined) },
    });
    const jupyter = openJupyter({ frontDoor: door, clock }, { url });
    expect(await jupyter.execute("1", { withinMs: 5000 })).toMatchObject({
      why: "the kernel was not done after 5 s",
    });
  });

  it("tells why no websocket opens, and why no kernel starts", async () => {
    const server = new FakeJupyter();
    server.door.talk = undefined;
    expect(await open(server).execute("1", { withinMs })).toMatchObject({
      why: expect.stringContaining("403") as string,
    });
    server.before = () => page(JSON.stringify({ message: "No such kernel named python3" }), {}, 500);
    expect(await open(server).execute("1", { withinMs })).toMatchObject({
      why: "status 500 (No such kernel named python3)",
    });
  });
});
