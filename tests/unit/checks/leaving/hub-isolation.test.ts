import { describe, expect, it } from "vitest";
import { hubIsolation } from "../../../../src/checks/leaving/hub-isolation.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

const spec = hubIsolation.spec.parse({ kind: "hub-isolation", host: "hub.localhost", secret: "hub-users" });
const look = (hub: FakeHub) => hubIsolation.observe(spec, hub.context());
const byToken = (header: string) => /^jupyterhub token-(.*)$/.exec(header)?.[1];
const byName = (header: string) =>
  header.startsWith("Basic ") ? Buffer.from(header.slice(6), "base64").toString().split(":")[0] : undefined;

describe("hub-isolation", () => {
  it("passes where a token opens what is its user's, and shuts the cluster down that it has made", async () => {
    const hub = new FakeHub();
    expect(await look(hub)).toEqual([]);
    expect([hub.clusters.size, hub.tokens.size]).toEqual([0, 0]);
  });

  it.each([
    [
      "another user",
      (_: string, who: string | undefined) => who !== undefined,
      "opens with the token of grace",
    ],
    ["anybody", () => true, "opens with the token of grace"],
    [
      "who has no token",
      (owner: string, who: string | undefined) => who === owner || who === undefined,
      "opens with no token at all",
    ],
    ["nobody", () => false, "Not even the token of ada opens the server of ada"],
  ])("does not pass a server that opens for %s", async (_, opens, told) => {
    const hub = new FakeHub();
    hub.opens = opens;
    expect((await look(hub))[0]?.message).toContain(told);
  });

  it.each([
    [
      "takes everybody for one",
      (header: string) => byToken(header) && "user",
      "Whoever has the token of grace can read the cluster of ada",
    ],
    [
      "also believes names",
      (header: string) => byToken(header) ?? byName(header),
      "no more than the name ada can read the cluster of ada",
    ],
    [
      "asks nobody",
      (header: string) => (header === "" ? "ada" : byToken(header)),
      "Whoever has no token at all can read the cluster of ada",
    ],
    ["believes names alone", byName, "The gateway makes a cluster of ada's for whoever gives the name ada"],
    [
      "makes no clusters",
      () => undefined,
      "makes no cluster for the token of ada: status 401 (Unauthorized)",
    ],
  ])("does not pass a gateway that %s", async (_, believes, told) => {
    const hub = new FakeHub();
    hub.believes = believes;
    expect((await look(hub))[0]?.message).toContain(told);
    expect(hub.clusters.size).toBe(0);
  });

  it("is errored, and no bug, when the front door closes in the middle", async () => {
    const hub = new FakeHub();
    hub.closesAfter = 6;
    await expect(look(hub)).rejects.toThrow(EnvironmentError);
  });

  it("is errored when the cluster does not answer", async () => {
    const hub = new FakeHub();
    hub.kube.down = true;
    await expect(look(hub)).rejects.toThrow(EnvironmentError);
  });
});
