import { describe, expect, it } from "vitest";
import { helmRelease } from "../../../../src/checks/helm/helm-release-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Workload } from "../../../../src/kube/objects.ts";
import { deployment } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { deploymentManifest, revision } from "../../../support/helm-objects.ts";

const spec = helmRelease.spec.parse({
  kind: "helm-release",
  release: "web",
  chart: "lab-web",
  version: "0.1.0",
  values: { replicas: 2 },
});
const two = { config: { replicas: 2 } };
const observe = (...objects: readonly KubeObject[]) =>
  helmRelease.observe(spec, fakeCheckContext({ kube: new FakeKube(objects) }));

/** The Deployment `web`, live, with this container. */
function live(replicas: number, image = "localhost:5001/lab-app:1"): readonly KubeObject[] {
  const [top, ...rest] = deployment({ name: "web", replicas });
  const containers = [{ name: "web", image }];
  const shown: Workload = { ...top, spec: { ...top.spec, template: { spec: { containers } } } };
  return [shown, ...rest];
}

describe("helm-release", () => {
  it("passes with chart, version and values, live and Ready", async () => {
    expect(await observe(revision(two), ...live(2))).toEqual([]);
  });

  it("passes with values by --set-string, and after an upgrade to something else", async () => {
    expect(await observe(revision({ config: { replicas: "2" } }), ...live(2))).toEqual([]);
    const first = revision({ ...two, status: "superseded" });
    const second = revision({ revision: 2, version: "0.2.0", manifest: deploymentManifest({ replicas: 1 }) });
    expect(await observe(first, second, ...live(1))).toEqual([]);
  });

  it("fails without a release, and names one in the default namespace", async () => {
    expect(await observe(...live(2))).toMatchObject([
      { message: expect.stringContaining("knows no release web") as string },
    ]);
    expect(await observe(revision({ ...two, namespace: "default" }))).toMatchObject([
      { actual: "one in namespace default", next: "helm -n default list" },
    ]);
  });

  it("is not held up by what others keep in the default namespace", async () => {
    const fat = { config: { a: " ".repeat(34_000_000) }, namespace: "default" };
    expect(await observe(revision(fat))).toMatchObject([{ reason: "release-not-found" }]);
  });

  it("fails when it was uninstalled with its history kept", async () => {
    expect(await observe(revision({ ...two, status: "uninstalled" }))).toMatchObject([
      { actual: "uninstalled" },
    ]);
  });

  it("fails with another version, other values, or a revision that never got through", async () => {
    expect(await observe(revision({ ...two, version: "0.2.0" }), ...live(2))).toMatchObject([
      {
        message:
          "No revision of release web is of chart lab-web 0.1.0; Helm remembers revision 1 (lab-web 0.2.0).",
      },
    ]);
    expect(await observe(revision(), ...live(2))).toMatchObject([
      { actual: "replicas 1 instead of 2", next: "helm -n lab-test get values web --all --revision 1" },
    ]);
    expect(await observe(revision({ ...two, status: "failed", description: "timed out" }))).toMatchObject([
      { message: "Revision 1 of release web is failed: timed out." },
    ]);
  });

  it("fails when the latest revision is pending", async () => {
    const pending = revision({
      ...two,
      revision: 2,
      status: "pending-upgrade",
      description: "Preparing upgrade",
    });
    expect(await observe(revision(two), pending, ...live(2))).toMatchObject([{ actual: "pending-upgrade" }]);
  });

  it("fails when an object is gone, not Ready, or was changed with kubectl", async () => {
    expect(await observe(revision(two))).toMatchObject([{ object: "Deployment/web", actual: "not found" }]);
    const [top, ...rest] = live(2);
    const one = rest.slice(0, -1);
    expect(await observe(revision(two), ...(top ? [top] : []), ...one)).toMatchObject([
      { actual: "1 Ready of 1" },
    ]);
    expect(await observe(revision(two), ...live(3))).toMatchObject([
      { message: expect.stringContaining("has replicas 3, but revision 1 of release web says 2") as string },
    ]);
    expect(await observe(revision(two), ...live(2, "nginx"))).toMatchObject([
      { actual: "image of container web nginx" },
    ]);
  });

  it("fails when it runs nothing", async () => {
    const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
    expect(await observe(revision({ ...two, manifest }))).toMatchObject([{ actual: "none" }]);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(helmRelease.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
