import { describe, expect, it } from "vitest";
import { resource } from "../../../../src/checks/objects/resource-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const spec = resource.spec.parse({
  kind: "resource",
  object: { kind: "Service", name: "web" },
  conditions: [{ that: "object.spec.type == 'NodePort'", message: "It opens no port.", path: "spec.type" }],
});

describe("resource", () => {
  it("passes when every condition holds", async () => {
    const kube = new FakeKube([service({ name: "web", type: "NodePort" })]);
    expect(await resource.observe(spec, fakeCheckContext({ kube }))).toEqual([]);
  });

  it("tells the author's words when one does not", async () => {
    const kube = new FakeKube([service({ name: "web" })]);
    const [finding] = await resource.observe(spec, fakeCheckContext({ kube }));
    expect(finding).toMatchObject({ object: "Service/web", path: "spec.type", message: "It opens no port." });
    expect(finding?.next).toBe("kubectl -n lab-test get service web -o yaml");
  });

  it("takes a missing field for a condition that does not hold, and says which", async () => {
    const kube = new FakeKube([service({ name: "web" })]);
    const parsed = resource.spec.parse({
      ...{ kind: "resource", object: { kind: "Service", name: "web" } },
      conditions: [{ that: "object.status.ready == true", message: "Not ready." }],
    });
    const [finding] = await resource.observe(parsed, fakeCheckContext({ kube }));
    expect(finding?.actual).toContain("status");
  });

  it("fails for an object that is not there, or only in another namespace", async () => {
    const elsewhere = {
      ...service({ name: "web", type: "NodePort" }),
      metadata: { name: "web", namespace: "default" },
    };
    const [finding] = await resource.observe(spec, fakeCheckContext({ kube: new FakeKube([elsewhere]) }));
    expect(finding).toMatchObject({ actual: "not found", next: "kubectl -n lab-test get service" });
  });

  it("refuses CEL that does not compile or is no condition", () => {
    for (const that of ["object.", "subject.a == 1", "1 + 1"]) {
      const parsed = resource.spec.safeParse({ ...specInput, conditions: [{ that, message: "x" }] });
      expect(parsed.error?.issues[0]?.message).toMatch(/^CEL does not compile/);
    }
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(resource.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});

const specInput = { kind: "resource", object: { kind: "Service", name: "web" } };
