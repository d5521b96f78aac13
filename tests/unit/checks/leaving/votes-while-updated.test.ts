import { describe, expect, it } from "vitest";
import { votesWhileUpdated } from "../../../../src/checks/leaving/votes-while-updated.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Workload } from "../../../../src/kube/objects.ts";
import { ownedBy, pod } from "../../../support/cluster-objects.ts";
import { page } from "../../../support/fake-probe.ts";
import { fields, frontEnd, images, VotingApp } from "../../../support/voting-app.ts";

const [from, to] = ["localhost:5001/vote:1", "localhost:5001/vote:2"] as const;
const spec = votesWhileUpdated.spec.parse({
  ...{ kind: "votes-while-updated", ...fields, deployment: "vote", service: "vote", from, to },
});
const look = (app: VotingApp) => votesWhileUpdated.observe(spec, app.context);

/** Plays the Deployment's controller: each change of the template brings pods of its image at once. */
function setUp(fieldsOfSpec: Readonly<Record<string, unknown>> = {}, comes = 2) {
  const app = new VotingApp();
  app.kube.add(...frontEnd(fieldsOfSpec));
  const rolledTo: string[] = [];
  app.kube.behaviour.onPatch = (object, kube) => {
    const top = object as Workload;
    const image = top.spec.template.spec.containers[0]?.image as typeof from | typeof to;
    rolledTo.push(image);
    for (const { kind, metadata } of [...kube.objects.values()])
      if (kind === "Pod" && metadata.labels?.["app"] === "vote") kube.forget({ kind, ...metadata });
    kube.add(...podsOf(top, image, rolledTo.length, comes));
  };
  return { app, rolledTo };
}

function podsOf(
  top: Workload,
  image: typeof from | typeof to,
  round: number,
  comes: number,
): readonly KubeObject[] {
  const name = `vote-${String(round)}`;
  const set = { ...top, kind: "ReplicaSet", metadata: { ...top.metadata, name, uid: `uid-${name}` } };
  const owned = { ...set, metadata: { ...set.metadata, ownerReferences: [ownedBy(top)] } };
  const pods = Array.from({ length: comes }, (_, index) =>
    pod({
      ...{ name: `${name}-${String(index)}`, owner: ownedBy(owned), image, digest: images[image] },
      labels: { app: "vote" },
    }),
  );
  return [owned, ...pods];
}

describe("votes-while-updated", () => {
  it("rolls back and forth under votes, and passes when none of them was lost", async () => {
    const { app, rolledTo } = setUp();
    expect(await look(app)).toEqual([]);
    expect(rolledTo).toEqual([from, to]);
    expect(app.rows.size).toBe(60);
    expect(app.context.traffic.started).toMatchObject([{ url: "http://10.96.0.10:80/", perSecond: 50 }]);
    expect(app.context.said.at(-1)).toContain("0 of 2000 requests failed and none of 60 votes was refused");
  });

  it("fails with the count and every reason when requests failed", async () => {
    const { app } = setUp({ strategy: { type: "Recreate" } });
    app.context.traffic.report = { ...app.context.traffic.report, failures: 90, kinds: ["90 × no answer"] };
    const [finding] = await look(app);
    expect(finding?.message).toContain("While vote was updated, 90 of 2000 requests failed (90 × no answer)");
    expect(finding?.message).toContain("Its strategy Recreate ends all old pods");
  });

  it("fails when votes were refused, or a rollout did not end", async () => {
    const { app } = setUp();
    app.takes = () => page("Bad Gateway", {}, 502);
    expect(await look(app)).toMatchObject([{ actual: "60 of 60 votes were not: status 502" }]);
    const { app: stuck } = setUp({}, 1);
    const [finding] = await look(stuck);
    expect(finding?.message).toContain("labctl began a rollout of Deployment vote, and it was not over");
  });

  it("disturbs nothing before the second version is there, or without the first in the history", async () => {
    const { app: old, rolledTo } = setUp();
    for (const { kind, metadata } of [...old.kube.objects.values()])
      if (kind === "Pod" && metadata.labels?.["app"] === "vote")
        old.kube.add(
          pod({
            ...{ name: metadata.name, image: from, digest: images[from], labels: { app: "vote" } },
            ...(metadata.ownerReferences?.[0] ? { owner: metadata.ownerReferences[0] } : {}),
          }),
        );
    expect((await look(old))[0]?.message).toContain(
      `pods of Deployment vote do not run ${to}, by its digest, but ${from}.`,
    );
    const { app: fresh } = setUp();
    fresh.kube.forget({ kind: "ReplicaSet", namespace: "lab-test", name: "vote-old" });
    expect((await look(fresh))[0]?.message).toContain("holds no revision with localhost:5001/vote:1");
    expect(rolledTo).toEqual([]);
  });

  it("is errored when too few requests could be sent to prove anything", async () => {
    const { app } = setUp();
    app.context.traffic.report = { ...app.context.traffic.report, requests: 100 };
    await expect(look(app)).rejects.toThrow(EnvironmentError);
  });

  it("fails without a Deployment", async () => {
    expect(await look(new VotingApp())).toMatchObject([{ object: "Deployment/vote", actual: "not found" }]);
  });
});
