import { describe, expect, it } from "vitest";
import { rolledBack } from "../../../../src/checks/workloads/rolled-back-spec.ts";
import type { KubeObject, ManagedFields } from "../../../../src/kube/objects.ts";
import { deployment, nginxImage, node } from "../../../support/cluster-objects.ts";
import { fakeCheckContext, fakeLabState } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { revision } from "../../../support/revisions.ts";

const spec = rolledBack.spec.parse({ kind: "rolled-back", deployment: "web", replicas: 3 });
const [top, set, ...pods] = deployment({ name: "web" });
const failed = "localhost:5001/nginx:1.26.33";

const current = (number: number, earlier?: string) => {
  const { metadata, spec: fields } = revision(top, {
    number,
    image: nginxImage,
    ...(earlier === undefined ? {} : { earlier }),
  });
  return { ...set, spec: fields, metadata: { ...set.metadata, annotations: metadata.annotations ?? {} } };
};
const broken = revision(top, { number: 2, image: failed });
const undone = [top, current(3, "1"), broken, ...pods];

const observe = (objects: readonly KubeObject[], uid = top.metadata.uid ?? "") =>
  rolledBack.observe(
    spec,
    fakeCheckContext({
      kube: new FakeKube(objects),
      state: fakeLabState({ deploymentUids: { web: uid } }),
    }),
  );

describe("rolled-back", () => {
  it("passes after a failed revision that was undone", async () => {
    expect(await observe(undone)).toEqual([]);
  });

  it("passes when the update that was asked for was done afterwards, or an undo of it, too", async () => {
    const first = revision(top, { number: 3, image: nginxImage, earlier: "1" });
    expect(await observe([top, current(4), broken, first, ...pods])).toEqual([]);
    expect(await observe([top, current(5, "4"), broken, first, ...pods])).toEqual([]);
    const again = revision(top, { number: 4, image: nginxImage, earlier: "1,3" });
    expect(await observe([top, current(5), broken, again, ...pods])).toEqual([]);
  });

  it("does not pass when what failed was followed by something new alone, and only that was gone back to", async () => {
    const new3 = revision(top, { number: 4, image: nginxImage });
    expect(await observe([top, current(5, "3"), broken, new3, ...pods])).toMatchObject([
      { path: "spec.template" },
    ]);
  });

  const noted = (manager: string, annotations: readonly string[] = []) => ({
    manager,
    fieldsV1: {
      "f:metadata": { "f:annotations": Object.fromEntries(annotations.map((key) => [`f:${key}`, {}])) },
      ...(annotations.length === 0 && { "f:spec": { "f:template": {} } }),
    },
  });
  const status = { manager: "kube-controller-manager", subresource: "status" };
  const brokenBy = (...managedFields: readonly ManagedFields[]) => ({
    ...broken,
    metadata: { ...broken.metadata, managedFields },
  });

  it.each([
    ["written by hand", brokenBy(noted("kubectl-create"), status)],
    ["changed by hand", brokenBy(noted("kube-controller-manager"), noted("kubectl-edit"), status)],
    [
      "numbered by hand",
      brokenBy(
        noted("kube-controller-manager"),
        noted("kubectl-annotate", ["deployment.kubernetes.io/revision"]),
        status,
      ),
    ],
    ["of which nobody knows who wrote it", brokenBy()],
  ])("does not pass with a failed revision that was %s", async (_, forged) => {
    expect(await observe([top, current(3, "1"), forged, ...pods])).toMatchObject([
      { reason: "no-failed-update" },
    ]);
  });

  it("passes with numbers that labctl has put back, under whatever name a cluster's controllers write", async () => {
    const put = brokenBy(
      noted("k3s"),
      noted("k3s", ["deployment.kubernetes.io/desired-replicas"]),
      noted("labctl", ["deployment.kubernetes.io/revision"]),
      { ...status, manager: "k3s" },
    );
    expect(await observe([top, current(3, "1"), put, ...pods])).toEqual([]);
  });

  it("does not pass when nothing ever failed, or the failed revision was deleted", async () => {
    const [finding] = await observe([top, current(3, "1"), ...pods]);
    expect(finding?.message).toContain(
      "there was no failed update to take back, or its ReplicaSet was deleted",
    );
  });

  it("does not pass while the failed revision is the present one", async () => {
    const [finding] = await observe([top, current(1), broken, ...pods]);
    expect(finding).toMatchObject({ next: "kubectl -n lab-test rollout undo deployment web" });
  });

  it("does not pass with a template that was never there before", async () => {
    const [finding] = await observe([top, current(3), broken, ...pods]);
    expect(finding?.actual).toContain("revision 3, which was never there before");
  });

  it("does not pass for a Deployment that was created anew, nor while pods are missing", async () => {
    expect(await observe(undone, "uid-before")).toMatchObject([{ path: "metadata.uid" }]);
    expect(await observe([top, current(3, "1"), broken, ...pods.slice(1)])).toMatchObject([
      { actual: "2 Ready of 2" },
    ]);
    expect(await observe([])).toMatchObject([{ actual: "not found" }]);
  });

  it("does not count a revision as failed whose image a node has", async () => {
    const worker = { ...node("worker-1", "172.18.0.3"), status: { images: [{ names: ["docker.io/x:1"] }] } };
    const other = revision(top, { number: 2, image: "docker.io/x:1" });
    const [finding] = await observe([top, current(3, "1"), other, ...pods, worker]);
    expect(finding?.expected).toBe("a revision whose image cannot be pulled");
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube(undone);
    kube.down = true;
    await expect(rolledBack.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow("does not answer");
  });
});
