import { describe, expect, it } from "vitest";
import { hubLogin } from "../../../../src/checks/leaving/hub-login.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { FakeHub, passwords, usersSecret } from "../../../support/fake-hub.ts";

const spec = hubLogin.spec.parse({ kind: "hub-login", host: "hub.localhost", secret: "hub-users" });
const look = (hub: FakeHub) => hubLogin.observe(spec, hub.context());

describe("hub-login", () => {
  it("passes a hub that lets in two users, each with the password of their own", async () => {
    const hub = new FakeHub();
    const context = hub.context();
    expect(await hubLogin.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toBe("ada and grace logged in, and nobody else");
  });

  it("takes users in small letters, and passwords without the newline of a file", async () => {
    const hub = new FakeHub();
    hub.kube.add(usersSecret({ Ada: "engine\n", grace: "matic" }));
    expect(await look(hub)).toEqual([]);
  });

  it.each([
    ["any password", (name: string) => name, "lets in ada with a password that nobody has set"],
    [
      "one password for all",
      (name: string, password: string) => (Object.values(passwords).includes(password) ? name : undefined),
      "lets in ada with the password of grace",
    ],
    [
      "any name",
      (name: string, password: string) =>
        passwords[name] === password || (!(name in passwords) && password === "matic") ? name : undefined,
      "with a name that nobody has set",
    ],
    ["nobody", () => undefined, "does not let in ada with the password in the Secret"],
    [
      "everybody as one",
      (name: string, password: string) => (passwords[name] === password ? "guest" : undefined),
      "Who logs in as ada is guest to the hub",
    ],
  ])("does not pass a hub that lets in %s", async (_, authenticate, told) => {
    const hub = new FakeHub();
    hub.authenticate = authenticate;
    const [finding] = await look(hub);
    expect(finding?.message).toContain(told);
  });

  it("does not pass a page without a form", async () => {
    const hub = new FakeHub();
    hub.hasForm = false;
    expect((await look(hub))[0]?.message).toContain("has no form for a name and a password");
  });

  it.each([
    ["one user", { ada: "engine" }, "names only ada"],
    ["nobody", {}, "names nobody"],
    ["an empty password", { ada: "", grace: "matic" }, "password of ada in Secret hub-users is empty"],
    ["one password for two", { ada: "same", grace: "same" }, "ada and grace have the same password"],
  ])("does not pass a Secret with %s", async (_, data, told) => {
    const hub = new FakeHub();
    hub.kube.add(usersSecret(data));
    expect((await look(hub))[0]?.message).toContain(told);
  });

  it("names what is missing: the Secret first, then the way to the hub", async () => {
    const hub = new FakeHub();
    hub.isUp = false;
    expect((await look(hub))[0]?.message).toContain("There is no Ingress in namespace lab-test yet");
    hub.kube.forget({ kind: "Secret", namespace: "lab-test", name: "hub-users" });
    expect((await look(hub))[0]?.message).toContain("There is no Secret hub-users");
  });

  it("is errored when the cluster does not answer", async () => {
    const hub = new FakeHub();
    hub.kube.down = true;
    await expect(look(hub)).rejects.toThrow(EnvironmentError);
  });
});
