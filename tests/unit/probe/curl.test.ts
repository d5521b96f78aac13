import { execFile as execFileWithCallback } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { curlLimits, curlScript, parseCurlOutput, writeCurlInput } from "../../../src/probe/curl.ts";

const execFile = promisify(execFileWithCallback);
const boundary = "b0undary";
const parse = (output: string, count = 1) => parseCurlOutput(output, { boundary, count });
const end = (code: number, message = "") => `\n${boundary} ${String(code)} ${message}\n`;

describe("writeCurlInput", () => {
  it("writes a line for each request, in base64", () => {
    const url = 'http://10.96.0.10:80/?q="; rm -rf /"';
    const lines = writeCurlInput(
      [{ url, headers: { "x-a": "b" }, timeoutMs: 2500 }, { url: "http://x/" }],
      boundary,
    )
      .trimEnd()
      .split("\n")
      .map((line) => Buffer.from(line, "base64").toString("utf8"));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('url = "http://10.96.0.10:80/?q=\\"; rm -rf /\\""\n');
    expect(lines[0]).toContain("max-time = 2.5\n");
    expect(lines[0]).toContain('header = "x-a: b"\n');
    expect(lines[1]).toContain("max-time = 5\n");
    expect(lines[1]).toContain('request = "GET"\n');
    expect(lines[1]).not.toContain("data");
  });

  it("writes a body as it is, which is no form and no file", () => {
    const request = { url: "http://x/", method: "POST", body: '@/etc/passwd\n{"a": "\\"}' } as const;
    const write = (headers = {}) =>
      Buffer.from(writeCurlInput([{ ...request, headers }], boundary), "base64").toString("utf8");
    expect(write()).toContain('request = "POST"\nheader = "content-type:"\n');
    expect(write()).toContain('data-raw = "@/etc/passwd\\n{\\"a\\": \\"\\\\\\"}"\n');
    expect(write({ "Content-Type": "application/json" })).not.toContain('header = "content-type:"');
  });
});

describe("parseCurlOutput", () => {
  it("reads status, headers and body", () => {
    const text = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nX-Empty:\r\n\r\n<html>\n\nhi</html>";
    expect(parse(text + end(0))).toEqual([
      {
        ok: true,
        status: 200,
        headers: { server: "nginx/1.22.1", "x-empty": "" },
        body: "<html>\n\nhi</html>",
      },
    ]);
  });

  it("reads several answers, some of which did not come", () => {
    const first = `HTTP/1.1 404 Not Found\r\n\r\n${end(0)}`;
    const answers = parse(
      `${first}${end(7, "Failed to connect to 10.0.0.1 port 80")}${end(28, "timed out")}`,
      3,
    );
    expect(answers.map((answer) => (answer.ok ? answer.status : answer.reason))).toEqual([
      404,
      "refused",
      "timeout",
    ]);
    expect(answers[1]).toMatchObject({ message: "Failed to connect to 10.0.0.1 port 80" });
  });

  it("says what curl means where it says that it is out of memory", () => {
    expect(parse(end(27, "Out of memory"))).toMatchObject([
      { ok: false, message: "a line of the answer's headers is longer than the 100 KiB that curl reads" },
    ]);
  });

  it.each([
    [6, "unresolved"],
    [7, "refused"],
    [28, "timeout"],
    [60, "tls"],
    [52, "other"],
  ])("takes exit code %s for %s", (code, reason) => {
    expect(parse(end(code))).toEqual([
      { ok: false, reason, message: `curl ended with exit code ${String(code)}` },
    ]);
  });

  it("skips an answer that announces another", () => {
    const text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody";
    expect(parse(text + end(0))).toMatchObject([{ status: 200, body: "body" }]);
  });

  it("is not led astray by what is no HTTP, or by output that ends early", () => {
    expect(parse(`hello${end(0)}`)).toMatchObject([{ ok: false, reason: "other" }]);
    expect(parse("HTTP/1.1 200 OK\r\n", 2)).toHaveLength(2);
    expect(parse("", 0)).toEqual([]);
  });
});

describe("curlScript", () => {
  it("hands on a MiB of an answer, and goes on with the next request", { timeout: 20_000 }, async () => {
    const server = createServer(({ url }, response) => {
      if (url === "/long") return void response.end("x".repeat(1_048_576));
      if (url !== "/endless") return void response.end("ok\n\nmore");
      const more = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const requests = ["/a", "/endless", "/long", "/b"].map((path) => ({
      url: `http://127.0.0.1:${String(port)}${path}`,
    }));
    const ran = execFile("sh", ["-c", curlScript], { maxBuffer: curlLimits(requests).maxBytes });
    ran.child.stdin?.end(writeCurlInput(requests, boundary));
    const answers = parse((await ran).stdout, requests.length);
    server.closeAllConnections();
    server.close();
    expect(answers.map((answer) => (answer.ok ? answer.body : answer.message))).toEqual([
      "ok\n\nmore",
      "the answer is longer than the 1 MiB that labctl reads",
      "the answer is longer than the 1 MiB that labctl reads",
      "ok\n\nmore",
    ]);
  });

  it("may take what its requests may take", () => {
    const { withinMs } = curlLimits([{ url: "http://x/" }, { url: "http://x/", timeoutMs: 60_000 }]);
    expect(withinMs).toBe(95_000);
  });
});
