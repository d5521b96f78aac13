import { describe, expect, it } from "vitest";
import { votesCounted } from "../../../../src/checks/leaving/votes-counted.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment } from "../../../support/cluster-objects.ts";
import { page } from "../../../support/fake-probe.ts";
import { fields, VotingApp } from "../../../support/voting-app.ts";

const spec = votesCounted.spec.parse({ kind: "votes-counted", ...fields });
const look = (app: VotingApp) => votesCounted.observe(spec, app.context);
const messages = async (app: VotingApp) => (await look(app)).map(({ message }) => message).join("\n");

describe("votes-counted", () => {
  it("passes when the tally moves by exactly the voters, one vote each", async () => {
    const app = new VotingApp();
    app.rows.set("f".repeat(32), "tea");
    expect(await look(app)).toEqual([]);
    expect(app.rows.size).toBe(31);
    const { coffee = 0, tea = 0 } = app.tally();
    expect(app.context.said.at(-1)).toBe(
      `30 voters, of whom 6 changed their mind: coffee ${coffee}, tea ${tea - 1}.`,
    );
  });

  it("draws other numbers each time", async () => {
    const app = new VotingApp();
    const drawn: string[] = [];
    for (let times = 0; times < 3; times++) {
      await look(app);
      drawn.push(app.context.said.at(-1) ?? "");
    }
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });

  it("fails when votes get lost, with the count, and asks the worker why", async () => {
    const app = new VotingApp();
    const { store } = app;
    app.store = (voter, choice) => {
      if (!voter.endsWith("7")) store(voter, choice);
    };
    app.kube.logText.set("lab-test/worker-6d4f-0", "out of ideas");
    const told = await messages(app);
    expect(told).toContain("2 of 30 votes that vote.localhost has taken are not in the database");
    expect(told).toContain("The last line of its log: out of ideas.");
  });

  it("fails when a change of mind does not count, or counts twice", async () => {
    const stubborn = new VotingApp();
    stubborn.store = (voter, choice) => {
      if (!stubborn.rows.has(voter)) stubborn.rows.set(voter, choice);
    };
    expect(await messages(stubborn)).toContain("6 of 30 votes");
    const twice = new VotingApp();
    const { store } = twice;
    twice.store = (voter, choice) => {
      if (twice.rows.has(voter)) twice.rows.set(`${voter}-again`, choice);
      else store(voter, choice);
    };
    expect(await messages(twice)).toContain("votes that vote.localhost has taken are not in the database as");
  });

  it("fails when somebody is counted twice", async () => {
    const app = new VotingApp();
    const { store } = app;
    app.store = (voter, choice) => {
      store(voter, choice);
      app.rows.set(`${voter}-2`, choice);
    };
    expect(await messages(app)).toContain("30 votes more than were cast");
  });

  it("fails when the page shows other numbers than the database holds", async () => {
    const app = new VotingApp();
    app.shows = () => ({ coffee: 1000, tea: 1 });
    expect(await messages(app)).toMatch(
      /^result\.localhost shows coffee 1000, tea 1, but the database holds coffee \d+, tea \d+/,
    );
  });

  it("fails when the numbers never rest", async () => {
    const app = new VotingApp();
    let count = 0;
    app.shows = () => ({ coffee: count++, tea: 0 });
    expect(await messages(app)).toContain("does not come to rest");
    expect(app.rows.size).toBe(0);
  });

  it("fails when votes are refused, or all voters are the same to it", async () => {
    const closed = new VotingApp();
    closed.takes = () => page("try again", {}, 503);
    expect(await messages(closed)).toContain("30 of 30 votes were not taken by vote.localhost (status 503)");
    const blind = new VotingApp();
    blind.takes = () => page("", {}, 303);
    expect(await messages(blind)).toContain("does not tell voters apart");
  });

  it("fails without an Ingress, a page or a worker, and names what is missing", async () => {
    const closed = new VotingApp();
    closed.kube.forget({ kind: "Ingress", namespace: "lab-test", name: "voting" });
    closed.context.frontDoor.answer = () => page("404 page not found", {}, 404);
    expect(await messages(closed)).toBe("There is no Ingress in namespace lab-test yet.");
    const silent = new VotingApp();
    silent.shows = () => undefined;
    expect(await messages(silent)).toContain(
      "http://result.localhost/api/tally does not answer as it should",
    );
    const idle = new VotingApp();
    idle.store = () => undefined;
    const [top, set] = deployment({ name: "worker", replicas: 0 });
    for (const { kind, metadata } of [...idle.kube.objects.values()])
      if (kind === "Pod" && metadata.name.startsWith("worker")) idle.kube.forget({ kind, ...metadata });
    idle.kube.add({ ...top, spec: { ...top.spec, replicas: 0 } }, set);
    expect(await messages(idle)).toContain("Deployment worker has no Ready pod.");
  });

  it("is errored when nothing answers at the front door, or the database cannot be asked", async () => {
    const outage = new VotingApp();
    const error = new EnvironmentError({ message: "Nothing answers", hint: "labctl up" });
    outage.context.frontDoor.request = () => Promise.reject(error);
    await expect(look(outage)).rejects.toThrow(error);
    const mute = new VotingApp();
    mute.kube.behaviour.onExec = () => ({ exitCode: 2, stdout: "", stderr: "psql: error: starting up" });
    await expect(look(mute)).rejects.toMatchObject({ lastSeen: "psql: error: starting up" });
  });
});
