import { describe, expect, it } from "vitest";
import { helmRolledBack } from "../../../../src/checks/helm/helm-rolled-back-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { deploymentManifest, revision, type RevisionOptions } from "../../../support/helm-objects.ts";

const spec = helmRolledBack.spec.parse({ kind: "helm-rolled-back", release: "web" });
const manifest = deploymentManifest({ image: "localhost:5001/lab-app:2" });
const first: RevisionOptions = { status: "superseded" };
const second: RevisionOptions = { revision: 2, version: "0.2.0", status: "superseded", manifest };
const third: RevisionOptions = { revision: 3, rollbackRevision: 1, description: "Rollback to 1" };
const observe = (...revisions: readonly RevisionOptions[]) =>
  helmRolledBack.observe(spec, fakeCheckContext({ kube: new FakeKube(revisions.map(revision)) }));

describe("helm-rolled-back", () => {
  it("passes when the latest revision is the first one's again, by a rollback", async () => {
    expect(await observe(first, second, third)).toEqual([]);
  });

  it("passes there and back again, by way of a later revision with the same manifest", async () => {
    const back = { revision: 4, rollbackRevision: 2, manifest, status: "superseded" };
    const last = { revision: 5, rollbackRevision: 3 };
    expect(await observe(first, second, { ...third, status: "superseded" }, back, last)).toEqual([]);
  });

  it("passes when the upgrade was done once more after the rollback", async () => {
    const again = { ...second, revision: 4, status: "deployed" };
    expect(await observe(first, second, { ...third, status: "superseded" }, again)).toEqual([]);
    const failed = await observe(
      first,
      second,
      { ...third, status: "superseded" },
      { ...again, status: "failed" },
    );
    expect(failed).toHaveLength(1);
  });

  it.each([
    ["nothing but an install", [{}], /nothing to roll back yet/],
    ["an upgrade", [first, { ...second, status: "deployed" }], /whose manifest is not that of revision 1/],
    [
      "an upgrade to the old version",
      [first, second, { revision: 3, description: "Upgrade complete" }],
      /another upgrade/,
    ],
    ["a rollback from nothing else", [first, { ...third, revision: 2 }], /never was anything else/],
    ["a rollback that failed", [first, second, { ...third, status: "failed" }], /which is failed/],
    ["a history that was cut off", [second, third], /remembers no revision 1/],
  ] as const)("fails after %s", async (_, revisions, message) => {
    expect(await observe(...revisions)).toMatchObject([
      { message: expect.stringMatching(message) as string },
    ]);
  });

  it("fails without a release, and is errored without a cluster", async () => {
    expect(await observe()).toMatchObject([{ actual: "not found" }]);
    const kube = new FakeKube();
    kube.down = true;
    await expect(helmRolledBack.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
