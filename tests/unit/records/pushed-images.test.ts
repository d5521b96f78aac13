import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { readPushedImages, recordPushedImages } from "../../../src/records/pushed-images.ts";
import { FakeKube } from "../../support/fake-kube.ts";

const nginx = { reference: "localhost:5001/nginx:1.22.1", digest: "sha256:1" };
const probe = { reference: "localhost:5001/probe:1", digest: "sha256:2" };

it("is empty before anything was pushed", async () => {
  expect(await readPushedImages(new FakeKube())).toEqual({});
});

it("adds to what was noted before", async () => {
  const kube = new FakeKube();
  await recordPushedImages(kube, [nginx]);
  await recordPushedImages(kube, [probe]);
  expect(await readPushedImages(kube)).toEqual({
    [nginx.reference]: nginx.digest,
    [probe.reference]: probe.digest,
  });
});

it("replaces the digest of an image that was made anew", async () => {
  const kube = new FakeKube();
  await recordPushedImages(kube, [nginx, probe]);
  await recordPushedImages(kube, [{ ...nginx, digest: "sha256:3" }]);
  expect(await readPushedImages(kube)).toEqual({
    [nginx.reference]: "sha256:3",
    [probe.reference]: probe.digest,
  });
});

it("writes nothing where nothing differs", async () => {
  const kube = new FakeKube();
  await recordPushedImages(kube, [nginx, probe]);
  const before = kube.writes.length;
  await recordPushedImages(kube, [nginx]);
  await recordPushedImages(kube, []);
  expect(kube.writes).toHaveLength(before);
});

describe("what somebody else has written there", () => {
  const ref = { kind: "ConfigMap", namespace: "labctl-system", name: "pushed-images" };
  const forged = (text: string) =>
    new FakeKube([{ apiVersion: "v1", kind: "ConfigMap", metadata: ref, data: { "digests.json": text } }]);

  it.each([
    "no JSON",
    "[]",
    '{"localhost:5001/nginx:1.22.1":1}',
    '{"localhost:5001/nginx:1.22.1":"any"}',
    "null",
  ])("is an outage, not a bug: %s", async (text) => {
    await expect(readPushedImages(forged(text))).rejects.toThrow(EnvironmentError);
  });

  it("is replaced by the next up", async () => {
    const kube = forged("no JSON");
    await recordPushedImages(kube, [nginx]);
    expect(await readPushedImages(kube)).toEqual({ [nginx.reference]: nginx.digest });
  });
});
