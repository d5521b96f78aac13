import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { askRunningPods } from "../../../src/kube/api-running-pods.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { node } from "../../support/cluster-objects.ts";
import { FakeKube } from "../../support/fake-kube.ts";

const now = Date.parse("2026-01-01T00:01:00Z");
const worker = (status = "True"): KubeObject => ({
  ...node("worker", "172.18.0.3"),
  status: { conditions: [{ type: "Ready", status }] },
});
const lease = (renewTime: string): KubeObject => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "worker", namespace: "kube-node-lease" },
  spec: { renewTime, leaseDurationSeconds: 40 },
});
const fresh = lease("2026-01-01T00:00:50.000000Z");
const said = JSON.stringify({ kind: "PodList", items: [{ metadata: { name: "web", uid: "uid-web" } }] });

function ask(objects: readonly KubeObject[], answer: () => Promise<string> = () => Promise.resolve(said)) {
  const kube = new FakeKube(objects);
  const asked: string[] = [];
  kube.get = (path) => {
    asked.push(path);
    return answer();
  };
  return { asked, told: askRunningPods(kube, "worker", now) };
}

describe("what a node's kubelet runs", () => {
  it("is what it says itself", async () => {
    const { told, asked } = ask([worker(), fresh]);
    expect(await told).toEqual({ ok: true, uids: new Set(["uid-web"]) });
    expect(asked).toEqual(["/api/v1/nodes/worker/proxy/runningpods/"]);
  });

  it("is nothing where the list is null", async () => {
    const { told } = ask([worker(), fresh], () => Promise.resolve('{"items":null}'));
    expect(await told).toEqual({ ok: true, uids: new Set() });
  });

  it.each([
    ["there is no node worker", [fresh]],
    ["node worker is not Ready", [worker("Unknown"), fresh]],
    ["nothing has been heard of node worker lately", [worker()]],
    ["nothing has been heard of node worker lately", [worker(), lease("2025-12-31T23:59:50Z")]],
  ])("is not asked where %s", async (why, objects) => {
    const { told, asked } = ask(objects);
    expect(await told).toEqual({ ok: false, why });
    expect(asked).toEqual([]);
  });

  it("is an outage where a kubelet that ought to be there does not answer", async () => {
    const { told } = ask([worker(), fresh], () =>
      Promise.reject(new EnvironmentError({ message: "502", hint: "labctl up" })),
    );
    await expect(told).rejects.toThrow(EnvironmentError);
  });
});
