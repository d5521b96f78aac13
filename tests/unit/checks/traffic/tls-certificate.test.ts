import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { tlsCertificate } from "../../../../src/checks/traffic/tls-certificate-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { afterAWhile } from "../../../support/after-a-while.ts";
import { ingress, namespace } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeFrontDoor } from "../../../support/fake-front-door.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { otherCertificate } from "../../../support/certificates.ts";

const spec = tlsCertificate.spec.parse({
  kind: "tls-certificate",
  host: "secure.localhost",
  secret: "secure-tls",
});

const file = join(import.meta.dirname, "../../../../labs/05-ingress/start/secure-tls.yaml");
const { data } = parse(readFileSync(file, "utf8")) as { data: Record<string, string> };
const pem = Buffer.from(data["tls.crt"] ?? "", "base64").toString("utf8");
const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "secure-tls", namespace }, data };
const rule = [{ host: "secure.localhost", service: "nginx" }];
const withTls = ingress("secure", rule, [{ hosts: ["secure.localhost"], secretName: "secure-tls" }]);

function door(shown: string | undefined) {
  const frontDoor = new FakeFrontDoor();
  if (shown !== undefined) frontDoor.certificates.set("secure.localhost", shown);
  return frontDoor;
}

describe("tls-certificate", () => {
  it("passes when the Secret's certificate is shown, whatever the Ingress is called", async () => {
    const kube = new FakeKube([secret, withTls]);
    expect(await tlsCertificate.observe(spec, fakeCheckContext({ kube, frontDoor: door(pem) }))).toEqual([]);
  });

  it("gives the ingress controller a moment to show a certificate that an Ingress names", async () => {
    const kube = new FakeKube([secret, withTls]);
    const frontDoor = door(otherCertificate);
    const context = fakeCheckContext({ kube, frontDoor });
    afterAWhile(context.clock, 2000, () => void frontDoor.certificates.set("secure.localhost", pem));
    expect(await tlsCertificate.observe(spec, context)).toEqual([]);
  });

  it("fails for another certificate of the same name", async () => {
    const kube = new FakeKube([secret, withTls]);
    const [finding] = await tlsCertificate.observe(
      spec,
      fakeCheckContext({ kube, frontDoor: door(otherCertificate) }),
    );
    expect(finding?.message).toContain("not the certificate in the Secret secure-tls");
    expect(finding?.actual).not.toBe(finding?.expected);
  });

  it("says that no Ingress names the Secret, or that it is named for another host", async () => {
    const none = new FakeKube([secret, ingress("secure", rule)]);
    const [missing] = await tlsCertificate.observe(
      spec,
      fakeCheckContext({ kube: none, frontDoor: door(undefined) }),
    );
    expect(missing).toMatchObject({ actual: "no answer over TLS" });
    expect(missing?.message).toBe("No Ingress names the Secret secure-tls in its spec.tls.");
    const other = new FakeKube([
      secret,
      ingress("secure", rule, [{ hosts: ["a.localhost"], secretName: "secure-tls" }]),
    ]);
    const [wrong] = await tlsCertificate.observe(
      spec,
      fakeCheckContext({ kube: other, frontDoor: door(otherCertificate) }),
    );
    expect(wrong?.message).toContain("but for a.localhost, not for secure.localhost");
  });

  it("fails where the certificate is shown, and no Ingress names the Secret", async () => {
    const kube = new FakeKube([secret, ingress("secure", rule)]);
    const [finding] = await tlsCertificate.observe(spec, fakeCheckContext({ kube, frontDoor: door(pem) }));
    expect(finding?.message).toBe("No Ingress names the Secret secure-tls in its spec.tls.");
  });

  it("fails where everybody is shown the certificate, whatever name is asked for", async () => {
    const frontDoor = door(pem);
    frontDoor.certificates.set("nonce0000.localhost", pem);
    const kube = new FakeKube([secret, withTls]);
    const [finding] = await tlsCertificate.observe(spec, fakeCheckContext({ kube, frontDoor }));
    expect(finding?.message).toContain(
      "https://nonce0000.localhost shows the certificate in the Secret secure-tls, too",
    );
    frontDoor.certificates.set("nonce0000.localhost", otherCertificate);
    const context = fakeCheckContext({ kube, frontDoor });
    expect(await tlsCertificate.observe(spec, context)).toEqual([]);
  });

  it("fails for a Secret that holds another certificate than the given one, however well it is shown", async () => {
    const given = new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
    const known = { ...spec, given };
    const look = (text: string) => {
      const own = { ...secret, data: { "tls.crt": Buffer.from(text).toString("base64") } };
      const kube = new FakeKube([own, withTls]);
      return tlsCertificate.observe(known, fakeCheckContext({ kube, frontDoor: door(text) }));
    };
    expect(await look(pem)).toEqual([]);
    expect((await look(otherCertificate))[0]?.message).toContain(
      "does not hold the certificate that the lab gave",
    );
  });

  it("fails without the Secret, and for one that holds no certificate", async () => {
    expect(await tlsCertificate.observe(spec, fakeCheckContext())).toMatchObject([
      { object: "Secret/secure-tls" },
    ]);
    const empty = new FakeKube([{ ...secret, data: { "tls.crt": "bm90IGEgY2VydGlmaWNhdGU=" } }]);
    expect(await tlsCertificate.observe(spec, fakeCheckContext({ kube: empty }))).toMatchObject([
      { path: "data.tls.crt" },
    ]);
  });

  it("is errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    await expect(tlsCertificate.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
  });
});
