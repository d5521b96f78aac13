import { describe, expect, it } from "vitest";
import { helmUpgraded } from "../../../../src/checks/helm/helm-upgraded-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { deploymentManifest, revision, type RevisionOptions } from "../../../support/helm-objects.ts";

const spec = helmUpgraded.spec.parse({
  kind: "helm-upgraded",
  release: "web",
  version: "0.2.0",
  values: { replicas: 2 },
});
const config = { replicas: 2 };
const first: RevisionOptions = { config, status: "superseded" };
const second: RevisionOptions = { config, revision: 2, version: "0.2.0" };
const observe = (...revisions: readonly RevisionOptions[]) =>
  helmUpgraded.observe(spec, fakeCheckContext({ kube: new FakeKube(revisions.map(revision)) }));

describe("helm-upgraded", () => {
  it("passes after an upgrade with the values kept, and still after a rollback", async () => {
    expect(await observe(first, second)).toEqual([]);
    const third = { config, revision: 3, rollbackRevision: 1 };
    expect(await observe(first, { ...second, status: "superseded" }, third)).toEqual([]);
  });

  it("passes when a second try kept the values", async () => {
    const lost = { ...second, config: {}, status: "superseded" };
    expect(await observe(first, lost, { ...second, revision: 3 })).toEqual([]);
  });

  it("fails when values were lost", async () => {
    expect(await observe(first, { ...second, config: {} })).toMatchObject([
      {
        message: expect.stringContaining(
          "The upgrade lost values: revision 2 of release web (lab-web 0.2.0)",
        ) as string,
      },
    ]);
  });

  it("fails when it never was at that version, or was installed at it", async () => {
    expect(await observe({ config })).toMatchObject([
      { message: expect.stringContaining("never at 0.2.0") as string },
    ]);
    expect(await observe({ ...second, revision: 1 })).toMatchObject([
      { message: expect.stringContaining("installed at 0.2.0, not upgraded") as string },
    ]);
  });

  it("does not take the revision of an earlier install for one before", async () => {
    const kept = { ...first, firstDeployed: "2025-12-31T00:00:00Z", status: "superseded" };
    expect(await observe(kept, second)).toHaveLength(1);
  });

  it("fails with Helm's words when the upgrade failed", async () => {
    expect(await observe(first, { ...second, status: "failed", description: "no such image" })).toMatchObject(
      [{ actual: "failed", message: expect.stringContaining("no such image") as string }],
    );
  });

  it("fails without a release, and is errored without a cluster", async () => {
    expect(await observe()).toMatchObject([{ actual: "not found" }]);
    const kube = new FakeKube();
    kube.down = true;
    await expect(helmUpgraded.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});

describe("helm-upgraded to more replicas", () => {
  const scaled = helmUpgraded.spec.parse({
    ...{ kind: "helm-upgraded", release: "web", replicas: { deployment: "web", count: 5 } },
  });
  const ofReplicas = (replicas: number, options: RevisionOptions = {}) =>
    revision({ manifest: deploymentManifest({ replicas }), ...options });
  const three = ofReplicas(3, { status: "superseded" });
  const five = ofReplicas(5, { revision: 2 });
  const look = (revisions: readonly ReturnType<typeof revision>[], live = 5) =>
    helmUpgraded.observe(
      scaled,
      fakeCheckContext({
        kube: new FakeKube([...revisions, ...deployment({ name: "web", replicas: live })]),
      }),
    );

  it("passes after an upgrade from three to five, by one step or more, down and back by a rollback", async () => {
    expect(await look([three, five])).toEqual([]);
    const four = ofReplicas(4, { revision: 2, status: "superseded" });
    const superseded = { status: "superseded" };
    const steps = [three, four, ofReplicas(5, { revision: 3, ...superseded })];
    const back = [ofReplicas(2, { revision: 4, ...superseded }), ofReplicas(5, { revision: 5 })];
    expect(await look([...steps, ...back])).toEqual([]);
  });

  it.each([
    ["never upgraded", [ofReplicas(3)], 3, "replicas-not-asked-for", "and 5 are wanted."],
    ["scaled with kubectl", [ofReplicas(3)], 5, "scaled-without-helm", "it was scaled without Helm"],
    ["installed with five", [ofReplicas(5)], 5, "installed-not-upgraded", "installed so, not upgraded"],
    [
      "installed anew with five",
      [ofReplicas(3, { status: "superseded", firstDeployed: "2025-12-31T00:00:00Z" }), five],
      5,
      ...["installed-not-upgraded", "installed so, not upgraded"],
    ],
    [
      "an upgrade that failed",
      [ofReplicas(3), ofReplicas(5, { revision: 2, status: "failed", description: "timed out" })],
      5,
      ...["release-not-deployed", "is failed: timed out"],
    ],
    [
      "of a chart without that Deployment",
      [revision({ manifest: "" })],
      3,
      "replicas-not-asked-for",
      "no Deployment",
    ],
  ] as const)("fails for what was %s", async (_, revisions, live, reason, told) => {
    const [finding, ...more] = await look(revisions, live);
    expect(finding).toMatchObject({ reason, message: expect.stringContaining(told) as string });
    expect(more).toEqual([]);
  });

  it("wants to know what it was upgraded to", () => {
    expect(helmUpgraded.spec.safeParse({ kind: "helm-upgraded", release: "web" }).success).toBe(false);
  });
});
