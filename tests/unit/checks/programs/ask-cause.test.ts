import { describe, expect, it } from "vitest";
import type { AskedCause } from "../../../../src/programs/answers.ts";
import { withCause } from "../../../../src/programs/ask-cause.ts";
import type { KubeObject } from "../../../../src/kube/objects.ts";
import { deployment, ingress, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const told = { reason: "silent", object: "Host/a", expected: "a", actual: "b", message: "Nobody answers." };
const web = deployment({ name: "web", labels: { app: "web" } });
const rule = ingress("web", [{ host: "web.localhost", service: "web" }]);
const here = "kubectl -n lab-test";

async function ask(cause: AskedCause, ...objects: readonly KubeObject[]) {
  const context = fakeCheckContext({ kube: new FakeKube(objects) });
  const { message, next, reason } = await withCause({ ...told, cause }, context);
  expect(reason).toBe("silent");
  return { why: message.slice(told.message.length).trim(), next };
}

describe("the cause that a program asks for", () => {
  const front = { ingress: "web.localhost" };

  it("of a host without a rule is the Ingress's", async () => {
    expect(await ask(front, service({ name: "web" }))).toEqual({
      why: "There is no Ingress in namespace lab-test yet.",
      next: `${here} get ingress`,
    });
  });

  it("of a host whose rule is right is that of the Service behind it", async () => {
    const misses = service({ name: "web", selector: { app: "wbe" } });
    const why = "The selector app=wbe of Service web matches no pod.";
    expect(await ask(front, rule, misses, ...web)).toEqual({ why, next: `${here} get pods --show-labels` });
    expect(await ask({ ...front, deployment: "web" }, rule, misses, ...web)).toMatchObject({
      why: `${why} The pods of Deployment web carry app=web.`,
    });
  });

  it("of a host that another namespace has a rule for, too, is that", async () => {
    const [own] = [service({ name: "web", selector: { app: "web" } })];
    const foreign = { ...rule, metadata: { name: "catch", namespace: "lab-mallory" } };
    expect(await ask(front, rule, foreign, own, ...web)).toEqual({
      why: "Ingress catch in namespace lab-mallory has a rule for the host web.localhost, too, so it is not certain who answers web.localhost/.",
      next: "kubectl -n lab-mallory get ingress catch -o yaml",
    });
  });

  it("of a host is none where a request would come to a pod", async () => {
    const right = service({ name: "web", selector: { app: "web" } });
    expect(await ask(front, rule, right, ...web)).toEqual({ why: "", next: undefined });
  });

  it("of a Service tells what the pods that ought to be behind it carry", async () => {
    const misses = service({ name: "web", selector: { app: "wbe" } });
    expect(await ask({ service: "web", deployment: "web" }, misses, ...web)).toMatchObject({
      why: "The selector app=wbe of Service web matches no pod. The pods of Deployment web carry app=web.",
    });
  });

  it("of a Deployment is none where all its pods are Ready, unless there have to be more", async () => {
    expect(await ask({ deployment: "web" }, ...web)).toEqual({ why: "", next: undefined });
    expect(await ask({ deployment: "web", atLeast: 4 }, ...web)).toEqual({
      why: "Deployment web asks for 3 replicas.",
      next: `${here} get deployment web`,
    });
  });

  it("of a Deployment that is not there says so", async () => {
    expect((await ask({ deployment: "web" })).why).toBe(
      "There is no Deployment web in namespace lab-test yet.",
    );
  });
});
