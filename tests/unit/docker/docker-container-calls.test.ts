import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TooLateError, TooMuchError } from "../../../src/bounded.ts";
import { createDocker } from "../../../src/docker/docker-engine-api.ts";
import type { CommandLimits } from "../../../src/docker/docker.ts";

/** As a container without a terminal says it: https://docs.docker.com/reference/api/engine/ (attach) */
function frame(text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** What an exec comes to whose command says this. */
async function run(say: (response: ServerResponse) => void, limits: CommandLimits = {}): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "labctl-unit-"));
  const socket = join(folder, "docker.sock");
  const server = createServer(({ url = "" }, response) => {
    if (url.endsWith("/start")) {
      say(response);
      return;
    }
    response.setHeader("content-type", "application/json");
    response.statusCode = url.endsWith("/json") ? 200 : 201;
    response.end(JSON.stringify(url.endsWith("/json") ? { ExitCode: 0 } : { Id: "1" }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    return await createDocker(socket)
      .exec("node", ["journalctl"], limits)
      .catch((reason: unknown) => reason);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
}

describe("a command in a container", () => {
  it("is heard to its end", async () => {
    const outcome = await run((response) => void response.end(frame("hello")));
    expect(outcome).toEqual({ exitCode: 0, output: "hello" });
  });

  it("that never ends is left at its deadline", async () => {
    const error = await run((response) => void response.write(frame("hello")), { withinMs: 200 });
    expect(error).toBeInstanceOf(TooLateError);
    expect(error).toMatchObject({
      message: "A command in container node was not done within 0.2 s.",
      lastSeen: "journalctl",
    });
  });

  it("that never stops talking is left where it has said too much", async () => {
    const error = await run((response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(frame("x".repeat(60_000))));
        response.once("drain", more);
      };
      more();
    });
    expect(error).toBeInstanceOf(TooMuchError);
    expect(error).toMatchObject({
      message: "A command in container node sent more than the 1 MiB that labctl reads.",
    });
  });
});
