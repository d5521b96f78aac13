import { expect, it } from "vitest";
import { pushedImage } from "../../../../src/checks/images/pushed-image-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Manifest } from "../../../../src/registry/registry.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeDocker } from "../../../support/fake-docker.ts";
import { FakeRegistry } from "../../../support/fake-registry.ts";

const spec = pushedImage.spec.parse({
  kind: "pushed-image",
  image: "localhost:5001/my-image:1.0",
  local: "my-image:1.0",
});

const shipped = { digest: "sha256:manifest", config: "sha256:image" };

function place(id: string | undefined, manifest: Manifest = shipped) {
  const [docker, registry] = [new FakeDocker(), new FakeRegistry()];
  if (id !== undefined) docker.facts.set("my-image:1.0", { id, layers: [], history: [], user: "" });
  registry.manifests.set("my-image:1.0", manifest);
  return { docker, registry };
}

it.each([
  ["the id of its configuration", "sha256:image"],
  ["the manifest's digest, as an engine with containerd's store has it", "sha256:manifest"],
])("passes when the local image is the pushed one by %s", async (_what, id) => {
  expect(await pushedImage.observe(spec, fakeCheckContext(place(id)))).toEqual([]);
});

it("fails when nothing was pushed", async () => {
  const { docker } = place("sha256:image");
  const context = fakeCheckContext({ docker, registry: new FakeRegistry() });
  expect(await pushedImage.observe(spec, context)).toMatchObject([
    { actual: "not found", next: "docker push localhost:5001/my-image:1.0" },
  ]);
});

it("fails when the image was built anew after it was pushed", async () => {
  const [finding] = await pushedImage.observe(spec, fakeCheckContext(place("sha256:newer")));
  expect(finding).toMatchObject({ expected: "sha256:newer", actual: "sha256:image" });
  expect(finding?.message).toContain("it was built anew since");
});

it("fails when the local image is gone", async () => {
  const findings = await pushedImage.observe(spec, fakeCheckContext(place(undefined)));
  expect(findings).toMatchObject([{ object: "Image/my-image:1.0", actual: "not found" }]);
});

it("is errored when the registry does not answer", async () => {
  const { docker, registry } = place("sha256:image");
  registry.down = true;
  await expect(pushedImage.observe(spec, fakeCheckContext({ docker, registry }))).rejects.toThrow(
    EnvironmentError,
  );
});
