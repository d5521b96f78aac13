import { describe, expect, it } from "vitest";
import { readReleases } from "../../../src/helm/read-releases.ts";
import { effectiveValue, objectsOf, parseRelease, unpackRelease } from "../../../src/helm/release.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { encodeRelease, revision, type RevisionOptions } from "../../support/helm-objects.ts";

const room = { maxBytes: 8_000_000, left: 8_000_000 };
const unpack = (data: string) => unpackRelease(data, room) ?? "";
const parse = (options: RevisionOptions) => {
  const release = parseRelease(unpack(revision(options).data?.["release"] ?? ""));
  if (!release) throw new Error("no release");
  return release;
};

describe("parseRelease", () => {
  it("reads what Helm keeps of a revision", () => {
    const release = parse({
      revision: 3,
      config: { replicas: 2 },
      templates: { "templates/a.yaml": "a: ü" },
    });
    expect(release).toMatchObject({
      name: "web",
      revision: 3,
      status: "deployed",
      config: { replicas: 2 },
      chart: { name: "lab-web", version: "0.1.0", templates: [{ name: "templates/a.yaml", text: "a: ü" }] },
    });
    expect(objectsOf(release).map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      "Deployment/web",
    ]);
  });

  it("knows a rollback by Helm 4's field and by Helm 3's words", () => {
    expect(parse({ rollbackRevision: 1, description: "back" }).rolledBackTo).toBe(1);
    expect(parse({ description: "Rollback to 2" }).rolledBackTo).toBe(2);
    expect(parse({ description: "Upgrade complete" }).rolledBackTo).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["no base64 of base64", Buffer.from("hello").toString("base64")],
    ["another JSON", encodeRelease({ name: "web" })],
  ])("takes %s for no release", (_, data) => {
    expect(parseRelease(unpack(data))).toBeUndefined();
  });
});

describe("objectsOf", () => {
  const named = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n";

  it.each([
    ["no YAML", "a: ["],
    ["YAML of something else", "- a\n--- b\n"],
    ["a Deployment without a spec", named],
    ["a Deployment of something else", `${named}spec: { template: { spec: { containers: web } } }`],
  ])("takes nothing from a manifest that is %s", (_, manifest) => {
    expect(objectsOf(parse({ manifest }))).toEqual([]);
  });

  it("parses none that is longer than anybody's", () => {
    const release = parse({ manifest: "---\na: b\n".repeat(500_000) });
    expect(() => objectsOf(release)).toThrow("The manifest of release web is longer than the 2 MiB");
  });
});

describe("effectiveValue", () => {
  it("takes the user's value before the chart's", () => {
    const defaults = { replicas: 1, image: { tag: "", repository: "x" } };
    const release = parse({ defaults, config: { replicas: 2, image: { tag: "7" } } });
    expect(
      ["replicas", "image.tag", "image.repository", "image.none.at.all"].map((path) =>
        effectiveValue(release, path),
      ),
    ).toEqual([2, "7", "x", undefined]);
  });
});

describe("readReleases", () => {
  const secrets = [2, 10, 1].map((number) => revision({ revision: number }));

  it("gives the revisions of one release in their order, and no others", async () => {
    const kube = new FakeKube([
      ...secrets,
      revision({ name: "other" }),
      revision({ namespace: "elsewhere", revision: 4 }),
    ]);
    const found = await readReleases(kube, { namespace: "lab-test", name: "web" });
    expect(found.map((release) => release.revision)).toEqual([1, 2, 10]);
    expect(await readReleases(kube, {})).toHaveLength(5);
  });

  it("passes over Secrets that somebody has written by hand", async () => {
    const forged = { ...revision(), type: "Opaque" };
    const broken = { ...revision({ revision: 2 }), data: { release: "aGVsbG8=" } };
    expect(await readReleases(new FakeKube([forged, broken]), { name: "web" })).toEqual([]);
  });

  it("unpacks no more of all revisions than labctl can hold", async () => {
    const bomb = { config: { a: " ".repeat(20_000_000) } };
    const one = new FakeKube([revision(bomb)]);
    expect(await readReleases(one, { name: "web" })).toHaveLength(1);
    const two = new FakeKube([revision(bomb), revision({ ...bomb, revision: 2 })]);
    await expect(readReleases(two, { name: "web" })).rejects.toThrow("Helm sent more than the 32 MiB");
  });
});
