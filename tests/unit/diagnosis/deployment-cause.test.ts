import { describe, expect, it } from "vitest";
import { deploymentCause } from "../../../src/diagnosis/deployment-cause.ts";
import { readDeploymentPods } from "../../../src/kube/deployment-pods.ts";
import type { KubeObject, Pod, Workload } from "../../../src/kube/objects.ts";
import {
  deployment,
  namespace,
  nginxDigest,
  nginxImage,
  ownedBy,
  pod,
} from "../../support/cluster-objects.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { revision } from "../../support/revisions.ts";

const wrong = "localhost:5001/nginx:1.22.11";
const foreign = "docker.io/nginx:1.22.1";

/** A pod whose image cannot be pulled. */
function unpulled(name: string, owner: Workload, image: string): Pod {
  const base = pod({ name, owner: ownedBy(owner), image, ready: false });
  const state = { waiting: { reason: "ImagePullBackOff", message: `${image}: not found` } };
  const containers = [{ name: "main", ready: false, restartCount: 0, image, imageID: "", state }];
  return { ...base, status: { ...base.status, phase: "Pending", containerStatuses: containers } };
}

const [top] = deployment({ name: "web", replicas: 1 });
const first = revision(top, { number: 1, image: wrong });
const second = revision(top, { number: 2, image: foreign });

async function explain(...objects: readonly KubeObject[]) {
  const kube = new FakeKube([top, ...objects]);
  const seen = await readDeploymentPods(kube, { namespace, name: "web" });
  if (!seen) throw new Error("no Deployment");
  return deploymentCause({ kube, imageDigests: { [nginxImage]: nginxDigest } }, seen);
}

describe("deploymentCause", () => {
  it("tells of the newest ReplicaSet's pods first, whatever comes first in the list, and of the earlier ones after", async () => {
    const { message } = await explain(
      ...[first, unpulled("web-1-a", first, wrong)],
      ...[second, unpulled("web-2-a", second, foreign)],
    );
    expect(message).toMatch(/^Pod web-2-a cannot pull its image docker.io/);
    expect(message).toMatch(
      /Of the version before, with localhost:5001\/nginx:1.22.11, there is still web-1-a\.$/,
    );
  });

  it("tells why the newest one has no pods, before what hangs on", async () => {
    const condition = { type: "ReplicaFailure", status: "True" as const, message: "exceeded quota: few" };
    const refused = { ...second, status: { conditions: [condition] } };
    const { message } = await explain(first, refused, unpulled("web-1-a", first, wrong));
    expect(message).toMatch(/^Deployment web cannot make its pods: exceeded quota: few .*still web-1-a\.$/);
  });

  it("tells of an earlier version's pod where that is all that lacks", async () => {
    const { message } = await explain(first, second, unpulled("web-1-a", first, wrong));
    expect(message).toMatch(/^Pod web-1-a cannot pull/);
  });
});
