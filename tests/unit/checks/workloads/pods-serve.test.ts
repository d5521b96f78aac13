import { describe, expect, it } from "vitest";
import { podsServe } from "../../../../src/checks/workloads/pods-serve-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page, refused } from "../../../support/fake-probe.ts";

const spec = podsServe.spec.parse({
  kind: "pods-serve",
  deployment: "nginx-deployment",
  port: 80,
  replicas: { atLeast: 3 },
  expect: { status: 200, headers: { server: "^nginx" } },
});

const kube = new FakeKube(deployment({ name: "nginx-deployment" }));
const nginx = page("Welcome to nginx!", { server: "nginx/1.22.1" });

describe("pods-serve", () => {
  it("passes when each pod answers at its own address", async () => {
    const probe = new FakeProbe(() => nginx);
    expect(await podsServe.observe(spec, fakeCheckContext({ kube, probe }))).toEqual([]);
    expect(probe.asked.map(({ url }) => url)).toEqual(["1", "2", "3"].map((n) => `http://10.244.1.${n}:80/`));
  });

  it("passes with a second container and more pods than needed", async () => {
    const more = new FakeKube(deployment({ name: "nginx-deployment", replicas: 5, sidecar: true }));
    expect(
      await podsServe.observe(spec, fakeCheckContext({ kube: more, probe: new FakeProbe(() => nginx) })),
    ).toEqual([]);
  });

  it("does not let one pod answer for three", async () => {
    const probe = new FakeProbe(({ url }) => (url.includes("10.244.1.1:") ? nginx : refused));
    const findings = await podsServe.observe(spec, fakeCheckContext({ kube, probe }));
    expect(findings.map(({ object }) => object)).toEqual([
      "Pod/nginx-deployment-6d4f-1",
      "Pod/nginx-deployment-6d4f-2",
    ]);
    expect(findings[0]).toMatchObject({
      actual: "connection refused, as if nothing listened there",
      next: expect.stringContaining("logs") as string,
    });
  });

  it("does not take another server, or another status, for nginx", async () => {
    for (const answer of [
      page("Welcome to nginx!", { server: "lab-app" }),
      page("Welcome to nginx!"),
      page("", {}, 404),
    ]) {
      const findings = await podsServe.observe(
        spec,
        fakeCheckContext({ kube, probe: new FakeProbe(() => answer) }),
      );
      expect(findings).toHaveLength(3);
    }
  });

  it("asks nobody where there are no pods", async () => {
    const probe = new FakeProbe(() => nginx);
    const findings = await podsServe.observe(spec, fakeCheckContext({ probe }));
    expect(findings).toMatchObject([{ actual: "not found" }]);
    expect(probe.asked).toEqual([]);
  });

  it("is errored when the probe pod cannot run", async () => {
    const probe = new FakeProbe(() => {
      throw new EnvironmentError({ message: "no probe", hint: "labctl up" });
    });
    await expect(
      podsServe.observe(spec, fakeCheckContext({ kube, probe })).catch((e: unknown) => e),
    ).resolves.toBeInstanceOf(EnvironmentError);
  });
});
