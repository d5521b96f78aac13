import { describe, expect, it } from "vitest";
import { dns } from "../../../../src/checks/traffic/dns-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page, refused } from "../../../support/fake-probe.ts";

const spec = dns.spec.parse({ kind: "dns", service: "nginx", port: 80, expect: { status: 200 } });
const name = "nginx.lab-test.svc.cluster.local";

function probe(addresses: readonly string[], answer = page("ok")) {
  const fake = new FakeProbe(() => answer);
  fake.names.set(name, addresses);
  return fake;
}

describe("dns", () => {
  const kube = new FakeKube([...deployment({ name: "nginx-deployment" }), service({ name: "nginx" })]);

  it("passes when the name is the Service's address and answers", async () => {
    const asked = probe(["10.96.0.10"]);
    expect(await dns.observe(spec, fakeCheckContext({ kube, probe: asked }))).toEqual([]);
    expect(asked.asked).toEqual([{ url: `http://${name}:80/` }]);
  });

  it("passes once the name server's cache has forgotten that the name was not there", async () => {
    const forgetful = new FakeProbe(() => page("ok"));
    let looks = 0;
    forgetful.resolve = async () => (++looks > 3 ? ["10.96.0.10"] : []);
    expect(await dns.observe(spec, fakeCheckContext({ kube, probe: forgetful }))).toEqual([]);
    expect(looks).toBe(4);
  });

  it("fails without a Service, with a headless one, with another name for it", async () => {
    expect(await dns.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "not found" }]);
    const headless = new FakeKube([service({ name: "nginx", clusterIP: "None" })]);
    expect(await dns.observe(spec, fakeCheckContext({ kube: headless }))).toMatchObject([
      { path: "spec.clusterIP" },
    ]);
    const external = new FakeKube([
      { ...service({ name: "nginx" }), spec: { type: "ExternalName", externalName: "x" } },
    ]);
    expect(await dns.observe(spec, fakeCheckContext({ kube: external }))).toMatchObject([
      { actual: "ExternalName" },
    ]);
  });

  it("fails when the name leads elsewhere, or nowhere", async () => {
    const elsewhere = await dns.observe(spec, fakeCheckContext({ kube, probe: probe(["10.96.0.99"]) }));
    expect(elsewhere).toMatchObject([{ expected: "10.96.0.10", actual: "10.96.0.99" }]);
    expect(await dns.observe(spec, fakeCheckContext({ kube, probe: probe([]) }))).toMatchObject([
      { actual: "no address" },
    ]);
  });

  it("fails when it does not answer", async () => {
    const findings = await dns.observe(
      spec,
      fakeCheckContext({ kube, probe: probe(["10.96.0.10"], refused) }),
    );
    expect(findings).toMatchObject([{ actual: "connection refused, as if nothing listened there" }]);
  });

  it("is errored when the cluster does not answer", async () => {
    const down = new FakeKube();
    down.down = true;
    await expect(dns.observe(spec, fakeCheckContext({ kube: down }))).rejects.toThrow(EnvironmentError);
  });
});
