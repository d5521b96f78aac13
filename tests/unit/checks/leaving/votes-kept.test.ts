import { describe, expect, it } from "vitest";
import { votesKept } from "../../../../src/checks/leaving/votes-kept.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { database, fields, VotingApp } from "../../../support/voting-app.ts";

const spec = votesKept.spec.parse({ kind: "votes-kept", ...fields });
const look = (app: VotingApp) => votesKept.observe(spec, app.context);

/** A database that begins anew when its pod is deleted. */
function forgetful(volume?: object): VotingApp {
  const app = new VotingApp();
  if (volume) app.kube.add(database("uid-db-0", volume));
  const { onRemove } = app.kube.behaviour;
  app.kube.behaviour.onRemove = (ref, kube) => {
    app.rows.clear();
    onRemove?.(ref, kube);
  };
  return app;
}

describe("votes-kept", () => {
  it("deletes the database's pod, and passes when the tally is what it was, with the votes cast since", async () => {
    const app = new VotingApp();
    expect(await look(app)).toEqual([]);
    expect(app.rows.size).toBe(40);
    expect(app.kube.writes).toEqual(["remove Pod lab-test/db-0"]);
    expect(app.context.said.at(-1)).toBe(
      "db-0 was deleted, and the tally is what it was, with 20 votes cast meanwhile.",
    );
  });

  it("fails when the data went with the pod, and names the volume", async () => {
    const [finding] = await look(forgetful({ emptyDir: {} }));
    expect(finding?.message).toMatch(/^While the database's pod was deleted: 2\d of 40 votes/);
    expect(finding?.message).toContain("Volume data of pod db-0 is an emptyDir, which goes with the pod.");
  });

  it("fails when there is a claim, and the data lie elsewhere", async () => {
    const [finding] = await look(forgetful());
    expect(finding?.message).toContain("does PGDATA name a folder on it?");
    const [bare] = await look(forgetful({ hostPath: { path: "/tmp" } }));
    expect(bare?.message).toContain("keeps its data in the container itself");
  });

  it("fails when no database comes back", async () => {
    const app = new VotingApp();
    app.kube.behaviour.onRemove = () => undefined;
    expect(await look(app)).toMatchObject([{ object: "Service/db" }]);
  });

  it("deletes nothing where votes are not counted in the first place", async () => {
    const app = new VotingApp();
    app.store = () => undefined;
    expect(await look(app)).toHaveLength(1);
    expect(app.kube.writes).toEqual([]);
  });

  it("fails without the given database, and is errored when its digest is not known", async () => {
    const app = new VotingApp();
    app.kube.forget({ kind: "Service", namespace: "lab-test", name: "db" });
    expect(await look(app)).toMatchObject([{ object: "Service/db", actual: "not found" }]);
    const unknown = new VotingApp();
    const context = { ...unknown.context, imageDigests: {} };
    await expect(votesKept.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
