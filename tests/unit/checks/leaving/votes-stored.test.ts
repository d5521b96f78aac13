import { describe, expect, it } from "vitest";
import { votesStored } from "../../../../src/checks/leaving/votes-stored.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Pod } from "../../../../src/kube/objects.ts";
import { fields, redis, VotingApp } from "../../../support/voting-app.ts";

const queue = { deployment: "redis", image: redis, stream: "votes" };
const spec = votesStored.spec.parse({ kind: "votes-stored", ...fields, queue });
const look = (app: VotingApp) => votesStored.observe(spec, app.context);

/** What redis-cli was told. */
function withQueue(app: VotingApp, isStored: boolean, afterMs = 0): string[][] {
  const told: string[][] = [];
  const { onExec } = app.kube.behaviour;
  let due = { at: Infinity, voter: "", choice: "" };
  app.kube.behaviour.onExec = (pod, command, input) => {
    const now = app.context.clock.now();
    if (command[0] === "redis-cli") {
      told.push([...command.slice(1)]);
      if (command[1] === "XADD" && isStored)
        due = { at: now + afterMs, voter: command[5] ?? "", choice: command[7] ?? "" };
    }
    if (now >= due.at) {
      app.rows.set(due.voter, due.choice);
      due.at = Infinity;
    }
    return onExec?.(pod, command, input) ?? { exitCode: 1, stdout: "", stderr: "" };
  };
  return told;
}

describe("votes-stored", () => {
  it("passes when a vote from the queue gets into the database, and takes it back", async () => {
    const app = new VotingApp();
    const told = withQueue(app, true);
    expect(await look(app)).toEqual([]);
    expect(told.map(([command]) => command)).toEqual(["XADD", "XDEL"]);
    expect(app.rows.size).toBe(0);
  });

  it("waits for a worker that still looks for a name which nobody had until now", async () => {
    const app = new VotingApp();
    withQueue(app, true, 20_000);
    expect(await look(app)).toEqual([]);
  });

  it("fails when it does not, and names the host that no Service has", async () => {
    const app = new VotingApp();
    withQueue(app, false);
    const name = "worker-6d4f-0";
    const pod = (await app.kube.read({ kind: "Pod", namespace: "lab-test", name })) as Pod;
    const containers = [{ name: "worker", env: [{ name: "DATABASE_HOST", value: "database" }] }];
    app.kube.add({ ...pod, spec: { ...pod.spec, containers } });
    app.kube.logText.set(`lab-test/${name}`, "cannot reach the database at database:5432\n");
    const [finding] = await look(app);
    expect(finding?.message).toContain(
      "DATABASE_HOST of Deployment worker is database, and there is no Service database in namespace lab-test",
    );
    expect(finding?.message).toContain(
      "The last line of its log: cannot reach the database at database:5432.",
    );
    expect(app.rows.size).toBe(0);
  });

  it("fails without a worker, a queue or the given Redis", async () => {
    const idle = new VotingApp();
    withQueue(idle, false);
    idle.kube.forget({ kind: "Deployment", namespace: "lab-test", name: "worker" });
    expect(await look(idle)).toMatchObject([{ actual: "no worker" }]);
    const without = new VotingApp();
    without.kube.forget({ kind: "Deployment", namespace: "lab-test", name: "redis" });
    expect(await look(without)).toMatchObject([{ object: "Deployment/redis", actual: "not found" }]);
    const other = new VotingApp();
    const imageDigests = { ...other.context.imageDigests, [redis]: `sha256:${"9".repeat(64)}` };
    expect(await votesStored.observe(spec, { ...other.context, imageDigests })).toMatchObject([
      { actual: "another image" },
    ]);
  });

  it("is errored when Redis refuses the vote", async () => {
    const app = new VotingApp();
    const { onExec } = app.kube.behaviour;
    app.kube.behaviour.onExec = (pod, command, input) =>
      command[0] === "redis-cli"
        ? { exitCode: 1, stdout: "", stderr: "OOM command not allowed" }
        : (onExec?.(pod, command, input) ?? { exitCode: 1, stdout: "", stderr: "" });
    await expect(look(app)).rejects.toThrow(EnvironmentError);
  });
});
