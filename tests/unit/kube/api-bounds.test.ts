import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, describe, expect, it } from "vitest";
import { TooLateError, TooMuchError } from "../../../src/bounded.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import { createApiClient, type ApiClient, type ApiRequest } from "../../../src/kube/api-client.ts";
import { listAll } from "../../../src/kube/api-list.ts";
import { otherCertificate, otherKey } from "../../support/certificates.ts";
import { kubeconfigFor } from "../../support/fake-api-server.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function clientOf(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer({ key: otherKey, cert: otherCertificate }, answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const config = new KubeConfig();
  config.loadFromString(kubeconfigFor(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}`));
  return createApiClient(config, { maxBytes: 1000, silentMs: 200, wholeMs: 400 });
}

const get: ApiRequest = { method: "GET", path: "/api/v1/pods" };
const errorOf = (work: Promise<unknown>) => work.catch((reason: unknown) => reason);

describe("an answer of the API server", () => {
  it("that has no end is ended, and tells how much was seen", async () => {
    const client = await clientOf((_, response) => {
      const more = (): void => {
        while (response.write("x".repeat(300)));
        response.once("drain", more);
      };
      more();
    });
    const error = await errorOf(client.send(get));
    expect(error).toBeInstanceOf(TooMuchError);
    expect(error).toMatchObject({ exitCode: 3, hint: "labctl status" });
  });

  it("that drips is not waited for, although it is never silent", async () => {
    const client = await clientOf((_, response) => {
      const drip = setInterval(() => response.write("."), 20);
      response.once("close", () => clearInterval(drip));
    });
    const error = await errorOf(client.send(get));
    expect(error).toBeInstanceOf(TooLateError);
    expect(error).toMatchObject({ lastSeen: "GET /api/v1/pods" });
  });

  it("that does not come is an outage", async () => {
    const client = await clientOf(() => undefined);
    expect(await errorOf(client.send(get))).toMatchObject({ lastSeen: "no answer within 0.2 s" });
  });
});

describe("a list", () => {
  const page = (names: readonly string[], more?: string, items: readonly object[] = []) => ({
    status: 200,
    body: JSON.stringify({
      apiVersion: "v1",
      metadata: { continue: more },
      items: [...names.map((name) => ({ metadata: { name } })), ...items],
    }),
  });
  const asking = (answers: { status: number; body: string }[]) => {
    const asked: string[] = [];
    const send: ApiClient["send"] = ({ path }) => {
      asked.push(path);
      return Promise.resolve(answers.shift() ?? page([], "and so on"));
    };
    const client = { config: new KubeConfig(), send };
    const listing = { client, kind: "Pod", path: "/api/v1/pods?labelSelector=a" };
    const pods = listAll(listing);
    return { asked, pods, names: pods.then((all) => all.map(({ metadata }) => metadata.name)) };
  };

  it("is read page by page", async () => {
    const { asked, names } = asking([page(["a", "b"], "t 1"), page(["c"])]);
    expect(await names).toEqual(["a", "b", "c"]);
    expect(asked).toEqual([
      "/api/v1/pods?labelSelector=a&limit=500",
      "/api/v1/pods?labelSelector=a&limit=500&continue=t+1",
    ]);
  });

  it("is begun anew where the API server has forgotten what it was begun with", async () => {
    const gone = { status: 410, body: '{"message":"The provided continue parameter is too old"}' };
    expect(await asking([page(["a"], "t"), gone, page(["b"], "t"), page(["c"])]).names).toEqual(["b", "c"]);
    const error = await errorOf(
      asking([page(["a"], "t"), gone, page(["a"], "t"), gone, page(["a"], "t"), gone]).names,
    );
    expect(error).toMatchObject({ lastSeen: "The provided continue parameter is too old" });
  });

  it("of large objects is read by few at once", async () => {
    const large = (n: number) => "x".repeat(n);
    const asked: string[] = [];
    const client = await clientOf(({ url = "" }, response) => {
      asked.push(url);
      const size = url.includes("limit=500") ? 2000 : 10;
      response.end(JSON.stringify({ apiVersion: "v1", items: [{ metadata: { name: large(size) } }] }));
    });
    const found = await listAll({ client, kind: "Secret", path: "/api/v1/secrets" });
    expect(found).toHaveLength(1);
    expect(asked).toEqual(["/api/v1/secrets?limit=500", "/api/v1/secrets?limit=20"]);
  });

  it("of more than labctl can hold is ended once, whatever its pages", async () => {
    const fat = { metadata: { name: "fat", annotations: { a: "x".repeat(9_000_000) } } };
    const endless = asking(Array.from({ length: 20 }, () => page([], "more", [fat])));
    expect(await errorOf(endless.names)).toBeInstanceOf(TooMuchError);
    expect(endless.asked).toHaveLength(8);
  });

  it("tells who has written which field: revisions are judged by it", async () => {
    const managedFields = [{ manager: "kubectl", fieldsV1: { "f:spec": {} } }];
    const { pods } = asking([page([], undefined, [{ metadata: { name: "a", managedFields } }])]);
    expect((await pods)[0]?.metadata.managedFields).toEqual(managedFields);
  });

  it("that has no end, and what is no list, are outages", async () => {
    const endless = asking([]);
    expect(await errorOf(endless.names)).toMatchObject({
      message: "There are more Pod objects than labctl reads.",
      lastSeen: expect.stringMatching(/^.*: 0 objects with \d+ characters had come/u) as string,
    });
    expect(endless.asked).toHaveLength(300);
    for (const body of ["<html>", '{"items":7}', '{"items":[{}]}']) {
      expect(await errorOf(asking([{ status: 200, body }]).names)).toBeInstanceOf(EnvironmentError);
    }
  });
});
