import { describe, expect, it } from "vitest";
import { votesNotLost } from "../../../../src/checks/leaving/votes-not-lost.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fields, VotingApp } from "../../../support/voting-app.ts";

const spec = votesNotLost.spec.parse({ kind: "votes-not-lost", ...fields });
const look = (app: VotingApp) => votesNotLost.observe(spec, app.context);

describe("votes-not-lost", () => {
  it("deletes the worker in the middle, and passes when each of 200 votes counts once", async () => {
    const app = new VotingApp();
    let votesBefore = 0;
    const { onRemove } = app.kube.behaviour;
    app.kube.behaviour.onRemove = (ref, kube) => {
      votesBefore = app.rows.size;
      onRemove?.(ref, kube);
    };
    expect(await look(app)).toEqual([]);
    expect(app.rows.size).toBe(200);
    expect(votesBefore).toBeGreaterThan(60);
    expect(votesBefore).toBeLessThan(100);
    expect(app.kube.writes).toEqual(["remove Pod lab-test/worker-6d4f-0"]);
    expect(app.context.said.at(-1)).toBe(
      "200 votes cast while worker-6d4f-0 was deleted; each of them counts once.",
    );
  });

  it("fails with the count when the worker took votes down with it", async () => {
    const app = new VotingApp();
    const { onRemove } = app.kube.behaviour;
    app.kube.behaviour.onRemove = (ref, kube) => {
      for (const voter of [...app.rows.keys()].slice(-7)) app.rows.delete(voter);
      onRemove?.(ref, kube);
    };
    const [finding] = await look(app);
    expect(finding?.message).toContain("While the worker's pod was deleted: 7 of 200 votes");
    expect(finding?.message).toContain("When does worker acknowledge a vote?");
  });

  it("does not delete a worker that is not at rest, or where the pages do not answer", async () => {
    const silent = new VotingApp();
    silent.shows = () => undefined;
    expect(await look(silent)).toHaveLength(1);
    const without = new VotingApp();
    without.kube.forget({ kind: "Deployment", namespace: "lab-test", name: "worker" });
    expect(await look(without)).toMatchObject([{ object: "Deployment/worker", actual: "not found" }]);
    expect([...silent.kube.writes, ...without.kube.writes]).toEqual([]);
  });

  it("is errored when the cluster does not answer", async () => {
    const app = new VotingApp();
    app.kube.down = true;
    await expect(look(app)).rejects.toThrow(EnvironmentError);
  });
});
