import { describe, expect, it } from "vitest";
import { secretByReference } from "../../../../src/checks/workloads/secret-by-reference-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Workload } from "../../../../src/kube/objects.ts";
import { deployment, namespace } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const spec = secretByReference.spec.parse({
  kind: "secret-by-reference",
  deployment: "web",
  secret: "web-token",
  key: "token",
});
const token = "the-lab-token";
const secretOf = (value: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "web-token", namespace },
  data: { token: Buffer.from(value).toString("base64") },
});
const named = {
  name: "TOKEN",
  valueFrom: { secretKeyRef: { name: "web-token", key: "token" } },
};

interface Lab {
  /** The container of the pod template. */
  readonly container?: object;
  /** The rest of the template's spec. */
  readonly pod?: object;
  readonly more?: readonly KubeObject[];
  readonly secret?: KubeObject;
}

function lab({ container = { env: [named] }, pod = {}, more = [], secret = secretOf(token) }: Lab = {}) {
  const [top] = deployment({ name: "web" });
  const spec = { ...pod, containers: [{ name: "web", ...container }] };
  const changed = { ...top, spec: { ...top.spec, template: { ...top.spec.template, spec } } } as Workload;
  return fakeCheckContext({ kube: new FakeKube([changed, secret, ...more]) });
}
const look = (options?: Lab) => secretByReference.observe(spec, lab(options));

describe("secret-by-reference", () => {
  it.each([
    ["in a variable", { container: { env: [named] } }],
    ["with a prefix", { container: { envFrom: [{ prefix: "A_", secretRef: { name: "web-token" } }] } }],
    [
      "in a volume",
      { container: {}, pod: { volumes: [{ name: "t", secret: { secretName: "web-token" } }] } },
    ],
    [
      "in a projected volume",
      {
        container: {},
        pod: { volumes: [{ name: "t", projected: { sources: [{ secret: { name: "web-token" } }] } }] },
      },
    ],
  ])("passes a Secret that is named %s", async (_, options) => {
    expect(await look(options)).toEqual([]);
  });

  it.each([
    [
      "in a variable",
      { env: [{ name: "TOKEN", value: token }] },
      "spec.template.spec.containers[0].env[0].value",
    ],
    [
      "in an argument, beside the Secret",
      { env: [named], args: ["serve", `--token=${token}`] },
      "spec.template.spec.containers[0].args[1]",
    ],
  ])("fails when it is spelled out %s", async (_, container, path) => {
    expect(await look({ container })).toMatchObject([
      { reason: "secret-spelled-out", path, actual: "the token itself" },
    ]);
  });

  it("finds it spelled out though the Secret has a line break behind it", async () => {
    const container = { env: [named, { name: "B", value: token }] };
    expect(await look({ container, secret: secretOf(`${token}\n`) })).toMatchObject([
      { reason: "secret-spelled-out" },
    ]);
  });

  it("fails when a ConfigMap holds it, or when it comes from nowhere", async () => {
    const container = { envFrom: [{ configMapRef: { name: "settings" } }] };
    expect(await look({ container })).toMatchObject([
      { reason: "secret-not-named", path: "spec.template.spec" },
    ]);
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace } };
    expect(await look({ container, more: [{ ...map, data: { TOKEN: token } }] })).toMatchObject([
      { reason: "secret-in-config-map", object: "ConfigMap/settings" },
    ]);
  });

  it("fails when the Secret is blank, or something is missing", async () => {
    expect(await look({ secret: secretOf(" ") })).toMatchObject([
      { reason: "secret-without-value", path: "data.token" },
    ]);
    const empty = fakeCheckContext();
    expect(await secretByReference.observe(spec, empty)).toMatchObject([{ object: "Deployment/web" }]);
    const none = fakeCheckContext({ kube: new FakeKube(deployment({ name: "web" })) });
    expect(await secretByReference.observe(spec, none)).toMatchObject([{ object: "Secret/web-token" }]);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(secretByReference.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(
      EnvironmentError,
    );
  });
});
