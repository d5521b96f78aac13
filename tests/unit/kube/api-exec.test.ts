import { KubeConfig } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { TooLateError, TooMuchError } from "../../../src/bounded.ts";
import { execInPod, type ExecCall } from "../../../src/kube/api-exec.ts";
import { startFakeExecServer } from "../../support/fake-exec-server.ts";

const pod = { namespace: "lab", name: "db" };

async function run(command: Parameters<typeof startFakeExecServer>[0], limits: Partial<ExecCall> = {}) {
  using server = await startFakeExecServer(command);
  const config = new KubeConfig();
  config.loadFromString(server.kubeconfig);
  const call = { config, pod, command: ["psql", "-c", "select 1"], ...limits };
  const outcome: unknown = await execInPod(call).catch((reason: unknown) => reason);
  await server.left;
  return outcome;
}

describe("a command in a pod", () => {
  it("is heard to its end", async () => {
    const outcome = await run(({ say, end }) => {
      say("hello ");
      say("world");
      end();
    });
    expect(outcome).toEqual({ exitCode: 0, stdout: "hello world", stderr: "" });
  });

  it("that never ends is left at its deadline", async () => {
    const error = await run(({ say }) => void say("hello"), { withinMs: 200 });
    expect(error).toBeInstanceOf(TooLateError);
    expect(error).toMatchObject({
      message: "A command in pod db of namespace lab was not done within 0.2 s.",
      lastSeen: "psql -c select 1: 5 bytes had come",
      exitCode: 3,
    });
  });

  it("that never stops talking is left where it has said too much", async () => {
    const error = await run(({ say, socket }) => {
      const more = (): void => {
        while (!socket.destroyed && say("x".repeat(60_000)));
        socket.once("drain", more);
      };
      more();
    });
    expect(error).toBeInstanceOf(TooMuchError);
    expect(error).toMatchObject({
      message: "A command in pod db of namespace lab sent more than the 1 MiB that labctl reads.",
    });
  });

  it("is left when labctl is interrupted", async () => {
    const stop = new AbortController();
    const error = await run(() => stop.abort(), { signal: stop.signal });
    expect(error).toMatchObject({ message: "Interrupted." });
  });
});
