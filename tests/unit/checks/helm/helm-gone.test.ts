import { describe, expect, it } from "vitest";
import { helmGone } from "../../../../src/checks/helm/helm-gone-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { recordReleases } from "../../../../src/lifecycle/record-releases.ts";
import { service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext, fakeLabState } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { revision } from "../../../support/helm-objects.ts";

const spec = helmGone.spec.parse({ kind: "helm-gone", release: "temp" });
const manifest = "apiVersion: v1\nkind: Service\nmetadata: { name: temp }\n";
const release = revision({ name: "temp", manifest });
const made = service({ name: "temp" });
const state = fakeLabState({ releases: await recordReleases(new FakeKube([release, made]), "lab-test") });
const observe = (...objects: readonly KubeObject[]) =>
  helmGone.observe(spec, fakeCheckContext({ kube: new FakeKube(objects), state }));

describe("helm-gone", () => {
  it("what a release made is recorded with the UIDs of the live objects", () => {
    expect(state.releases).toEqual({
      temp: [{ apiVersion: "v1", kind: "Service", name: "temp", uid: "uid-service-temp" }],
    });
  });

  it("passes when the release and its objects are gone, and others are there", async () => {
    expect(await observe(revision(), service({ name: "web" }))).toEqual([]);
  });

  it("passes when an object of the same name is another one", async () => {
    expect(await observe({ ...made, metadata: { ...made.metadata, uid: "another" } })).toEqual([]);
  });

  it("fails while it is installed", async () => {
    expect(await observe(release, made)).toMatchObject([{ actual: "installed" }]);
  });

  it("fails when Helm has only forgotten it, or when its history was kept", async () => {
    expect(await observe(made)).toMatchObject([
      {
        object: "Service/temp",
        message: expect.stringContaining("Helm has forgotten release temp, but Service temp") as string,
      },
    ]);
    const kept = revision({ name: "temp", manifest, status: "uninstalled" });
    expect(await observe(kept)).toMatchObject([{ next: "helm -n lab-test uninstall temp" }]);
  });

  it("fails when the lab was never started", async () => {
    expect(await helmGone.observe(spec, fakeCheckContext())).toMatchObject([{ next: "labctl start test" }]);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(helmGone.observe(spec, fakeCheckContext({ kube, state }))).rejects.toThrow(EnvironmentError);
  });
});
