import { describe, expect, it } from "vitest";
import { hubServers } from "../../../../src/checks/leaving/hub-servers.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { FakeHub, userPod } from "../../../support/fake-hub.ts";

const spec = hubServers.spec.parse({ kind: "hub-servers", host: "hub.localhost", secret: "hub-users" });
const look = (hub: FakeHub) => hubServers.observe(spec, hub.context());

describe("hub-servers", () => {
  it("passes a pod for each user, takes its files away and gives its tokens back", async () => {
    const hub = new FakeHub();
    const context = hub.context();
    expect(await hubServers.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toBe("ada in jupyter-ada, grace in jupyter-grace");
    expect([hub.files.size, hub.tokens.size]).toEqual([0, 0]);
  });

  it("leaves a server that runs as it is", async () => {
    const hub = new FakeHub();
    hub.spawn("ada");
    hub.spawn("grace");
    hub.spawn = () => {
      throw new Error("it runs");
    };
    expect(await look(hub)).toEqual([]);
  });

  it("does not pass two users in one pod", async () => {
    const hub = new FakeHub();
    hub.podOf = () => "jupyter-ada";
    const [finding] = await look(hub);
    expect(finding?.message).toContain("does not arrive in pod jupyter-grace");
  });

  it("does not pass a volume that both write to", async () => {
    const hub = new FakeHub();
    const exec = hub.kube.behaviour.onExec;
    hub.kube.behaviour.onExec = (pod, command, input) => {
      const both = ["jupyter-ada", "jupyter-grace"].map((name) => exec?.({ ...pod, name }, command, input));
      return both.find((each) => each?.exitCode === 0) ?? { exitCode: 1, stdout: "", stderr: "" };
    };
    expect((await look(hub))[0]?.message).toContain("is in pod jupyter-grace, too");
  });

  it("does not pass a server that is in no pod of the user's", async () => {
    const hub = new FakeHub();
    hub.spawn = (name) => void hub.running.add(name);
    expect((await look(hub))[0]?.message).toContain("in no pod of its own");
  });

  it("tells why a server does not start: its pod, or what the hub says", async () => {
    const hub = new FakeHub();
    hub.spawn = () => undefined;
    expect((await look(hub))[0]?.message).toBe(
      "The server of ada does not start: Spawn failed: no such image.",
    );
    hub.spawn = (name) => void hub.kube.add(userPod(name, false));
    const [finding] = await look(hub);
    expect(finding).toMatchObject({ object: "Pod/jupyter-ada" });
    expect(finding?.message).toContain("is running, but not Ready yet");
  });

  it("does not pass a user whom the hub gives no token", async () => {
    const hub = new FakeHub();
    hub.authenticate = (name) => (name === "ada" ? "guest" : name);
    expect((await look(hub))[0]?.message).toContain("The hub gives ada no token");
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
