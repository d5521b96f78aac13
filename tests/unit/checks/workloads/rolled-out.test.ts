import { describe, expect, it } from "vitest";
import { rolledOut } from "../../../../src/checks/workloads/rolled-out-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { deployment, nginxDigest, nginxImage } from "../../../support/cluster-objects.ts";
import { fakeCheckContext, fakeLabState } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { revision } from "../../../support/revisions.ts";

const old = "localhost:5001/nginx:1.20";
const spec = rolledOut.spec.parse({
  kind: "rolled-out",
  deployment: "web",
  replicas: 3,
  from: old,
  to: nginxImage,
});
const [top, set, ...pods] = deployment({ name: "web" });
const history = revision(top, { number: 1, image: old });
const started = (uid = top.metadata.uid ?? "") => fakeLabState({ deploymentUids: { web: uid } });

const observe = (objects: readonly KubeObject[], state = started()) =>
  rolledOut.observe(spec, fakeCheckContext({ kube: new FakeKube(objects), state }));

describe("rolled-out", () => {
  it("passes when the same Deployment runs the new image, with the old version in its history", async () => {
    expect(await observe([top, set, ...pods, history])).toEqual([]);
  });

  it("does not pass for a Deployment that was created anew", async () => {
    const findings = await observe([top, set, ...pods, history], started("uid-before"));
    expect(findings).toMatchObject([{ path: "metadata.uid", expected: "uid-before" }]);
  });

  it("does not pass without the old version in its history", async () => {
    const [finding] = await observe([top, set, ...pods]);
    expect(finding?.message).toContain("holds no revision with localhost:5001/nginx:1.20");
    const forgetful = { ...top, spec: { ...top.spec, revisionHistoryLimit: 0 } };
    const [none] = await observe([forgetful, set, ...pods]);
    expect(none?.message).toContain("revisionHistoryLimit is 0");
  });

  it("does not pass while a pod runs something else under the new tag", async () => {
    const [, , ...others] = deployment({ name: "web", digest: `sha256:${"e".repeat(64)}` });
    const findings = await observe([top, set, ...pods.slice(1), ...others.slice(0, 1), history]);
    expect(findings).toMatchObject([{ path: "spec.template.spec.containers[].image" }]);
  });

  it("does not pass while only the pods run the new image, and the template still names the old one", async () => {
    const [before, its] = deployment({ name: "web", image: old });
    expect(await observe([before, its, ...pods, history])).toMatchObject([
      {
        actual: `${old} in its template`,
        expected: `${nginxImage} in the pod template, and in the ReplicaSet that follows it`,
      },
    ]);
  });

  it("does not pass with too few pods, or none", async () => {
    expect(await observe([top, set, ...pods.slice(1), history])).toMatchObject([{ actual: "2 Ready of 2" }]);
    expect(await observe([])).toMatchObject([{ actual: "not found" }]);
  });

  it("is errored when the new image's digest is not known", async () => {
    const kube = new FakeKube([top, set, ...pods, history]);
    const context = fakeCheckContext({ kube, state: started(), imageDigests: { other: nginxDigest } });
    await expect(rolledOut.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});
