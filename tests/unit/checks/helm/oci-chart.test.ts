import { describe, expect, it } from "vitest";
import { ociChart } from "../../../../src/checks/helm/oci-chart-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { LintedChart } from "../../../../src/helm/helm.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeHelm } from "../../../support/fake-helm.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeRegistry } from "../../../support/fake-registry.ts";
import { revision, type RevisionOptions } from "../../../support/helm-objects.ts";

const spec = ociChart.spec.parse({ kind: "oci-chart", release: "mine", chart: "mine" });
const text = "kind: Deployment\n";
const released: RevisionOptions = {
  name: "mine",
  chart: "mine",
  templates: { "templates/deployment.yaml": text },
  defaults: { replicas: 1 },
};
const pushed: LintedChart = {
  name: "mine",
  version: "0.1.0",
  templates: [{ name: "templates/deployment.yaml", text }],
  values: { replicas: 1 },
  complaints: [],
};
const artifact = {
  digest: "sha256:1",
  config: "sha256:2",
  configType: "application/vnd.cncf.helm.config.v1+json",
};

interface Scene {
  readonly release?: RevisionOptions;
  readonly chart?: Partial<LintedChart>;
  readonly manifest?: typeof artifact | undefined;
}

function observe({ release = {}, chart = {}, ...rest }: Scene = {}) {
  const registry = new FakeRegistry();
  const manifest = "manifest" in rest ? rest.manifest : artifact;
  if (manifest) registry.manifests.set("charts/mine:0.1.0", manifest);
  const helm = new FakeHelm();
  helm.charts.set("oci://localhost:5001/charts/mine 0.1.0", { ...pushed, ...chart });
  const kube = new FakeKube([revision({ ...released, ...release })]);
  return ociChart.observe(spec, fakeCheckContext({ kube, registry, helm }));
}

describe("oci-chart", () => {
  it("passes when the release was made of the very chart that the registry has", async () => {
    expect(await observe()).toEqual([]);
  });

  it("fails without a release, or with one of another chart", async () => {
    expect(await ociChart.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "not found" }]);
    expect(await observe({ release: { chart: "lab-web" } })).toMatchObject([{ actual: "lab-web 0.1.0" }]);
  });

  it("fails when the chart was never pushed, or something else was", async () => {
    expect(await observe({ manifest: undefined })).toMatchObject([
      {
        message: expect.stringContaining("installed from somewhere else") as string,
        next: "helm push mine-0.1.0.tgz oci://localhost:5001/charts --plain-http",
      },
    ]);
    const image = { ...artifact, configType: "application/vnd.oci.image.config.v1+json" };
    expect(await observe({ manifest: image })).toMatchObject([
      { message: expect.stringContaining("no Helm chart") as string },
    ]);
  });

  it.each([
    [
      "another template",
      { templates: [{ name: "templates/deployment.yaml", text: "other" }] },
      "templates/deployment.yaml",
    ],
    [
      "a template more",
      { templates: [...pushed.templates, { name: "templates/b.yaml", text }] },
      "templates/",
    ],
    ["other defaults", { values: { replicas: 2 } }, "values.yaml"],
  ])("fails when the registry's chart has %s", async (_, chart, path) => {
    expect(await observe({ chart })).toMatchObject([{ path }]);
  });

  it("fails with the linter's words", async () => {
    const complaints = ["[WARNING] templates/: object name is not set"];
    expect(await observe({ chart: { complaints } })).toMatchObject([{ actual: complaints[0] }]);
  });

  it("is errored when the registry or the cluster does not answer", async () => {
    const registry = new FakeRegistry();
    registry.down = true;
    const kube = new FakeKube([revision(released)]);
    await expect(ociChart.observe(spec, fakeCheckContext({ kube, registry }))).rejects.toThrow(
      EnvironmentError,
    );
    kube.down = true;
    await expect(ociChart.observe(spec, fakeCheckContext({ kube, registry }))).rejects.toThrow(
      EnvironmentError,
    );
  });
});
