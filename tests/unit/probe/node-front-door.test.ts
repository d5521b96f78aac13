import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createNodeFrontDoor } from "../../../src/probe/node-front-door.ts";
import { otherCertificate, otherKey } from "../../support/certificates.ts";

const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const echo: RequestListener = (request, response) => {
  response.setHeader("x-host", request.headers.host ?? "");
  response.end(request.url);
};

describe("node-front-door", () => {
  it("asks 127.0.0.1 as a browser asks for the host", async () => {
    const http = await listen(createServer(echo));
    const answer = await createNodeFrontDoor({ http, https: 1 }).request({
      url: "http://shop.localhost/v1?a=b",
    });
    expect(answer).toMatchObject({ ok: true, status: 200, body: "/v1?a=b" });
    expect(answer).toMatchObject({ headers: { "x-host": `shop.localhost:${String(http)}` } });
  });

  it("takes any certificate, and shows which one it was", async () => {
    const https = await listen(createTlsServer({ key: otherKey, cert: otherCertificate }, echo));
    const door = createNodeFrontDoor({ http: 1, https });
    expect(await door.request({ url: "https://secure.localhost/" })).toMatchObject({ ok: true, status: 200 });
    expect((await door.certificate("secure.localhost"))?.trim()).toBe(otherCertificate.trim());
  });

  it("is an outage when nothing listens, or the connection is closed without a word", async () => {
    const closed = createTcpServer((socket) => socket.destroy());
    const http = await listen(closed);
    const door = createNodeFrontDoor({ http, https: 1 });
    await expect(door.request({ url: "http://a.localhost/" })).rejects.toThrow(EnvironmentError);
    await expect(door.request({ url: "https://a.localhost/" })).rejects.toThrow(EnvironmentError);
    await expect(door.certificate("a.localhost")).rejects.toThrow(EnvironmentError);
  });

  it("reads no page that has no end, and none that drips: both are the page's own fault", async () => {
    const http = await listen(
      createServer(({ url }, response) => {
        if (url === "/drips") {
          const drip = setInterval(() => response.write("."), 10);
          response.once("close", () => clearInterval(drip));
          return;
        }
        const more = (): void => {
          while (response.write("x".repeat(65_536)));
          response.once("drain", more);
        };
        more();
      }),
    );
    const door = createNodeFrontDoor({ http, https: 1 });
    expect(await door.request({ url: "http://a.localhost/" })).toEqual({
      ok: false,
      reason: "other",
      message: "the answer is longer than the 1 MiB that labctl reads",
    });
    const dripping = await door.request({ url: "http://a.localhost/drips", timeoutMs: 100 });
    expect(dripping).toMatchObject({ ok: false, reason: "timeout" });
  });

  it("tells a door that keeps silent from one that is shut", async () => {
    const http = await listen(createServer(() => undefined));
    const answer = await createNodeFrontDoor({ http, https: 1 }).request({
      url: "http://a.localhost/",
      timeoutMs: 50,
    });
    expect(answer).toMatchObject({ ok: false, reason: "timeout" });
  });

  it("sends what a form or a program sends", async () => {
    const http = await listen(
      createServer((request, response) => {
        request.pipe(response.setHeader("x-method", request.method ?? ""));
      }),
    );
    const answer = await createNodeFrontDoor({ http, https: 1 }).request({
      url: "http://a.localhost/",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
    expect(answer).toMatchObject({ ok: true, body: '{"a":1}', headers: { "x-method": "POST" } });
  });

  it("has no certificate to show where there is no TLS", async () => {
    const https = await listen(createServer(echo));
    expect(await createNodeFrontDoor({ http: 1, https }).certificate("a.localhost")).toBeUndefined();
  });
});
