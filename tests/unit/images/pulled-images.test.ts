import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createImages } from "../../../src/images/docker-images.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeDocker } from "../../support/fake-docker.ts";
import { FakeExec } from "../../support/fake-exec.ts";
import { FakeRegistry } from "../../support/fake-registry.ts";
import { imageYaml } from "../../support/image-yaml.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

const own = `sha256:${"a".repeat(64)}`;
const files = {
  "images/nginx/image.yaml": imageYaml({ upstream: "docker.io/library/nginx:1" }),
  "images/nginx/Dockerfile": "FROM scratch\n",
  "images/redis/image.yaml": imageYaml({ upstream: `docker.io/library/redis:7@${own}` }),
  "images/redis/Dockerfile": "FROM scratch\n",
  "images/page/image.yaml": imageYaml({ from: "nginx" }),
  "images/page/Dockerfile": "FROM labctl/nginx\n",
};

let docker: FakeDocker;
beforeEach(() => {
  docker = new FakeDocker();
  docker.upstream = "sha256:first";
});

async function workplace() {
  const folder = await projectFolder(files);
  const home = join(folder.path, "home");
  const images = createImages({
    docker,
    exec: new FakeExec(),
    places: { home, project: folder.path, labs: "", labFiles: "" },
    clock: new FakeClock(),
    registry: new FakeRegistry(),
    freeBytes: async () => 100 * 1024 ** 3,
    source: "upstream",
    env: {},
  });
  const progress = new RecordingProgress();
  const ensure = async (names: readonly string[], refresh = false): Promise<readonly string[]> => {
    docker.asked.length = 0;
    await images.ensure(names, progress, { refresh });
    return docker.asked.filter((line) => /^(pull|build)/.test(line));
  };
  const known = join(home, "known-digests.json");
  return { images, ensure, known, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function forget(...tags: readonly string[]): Promise<void> {
  for (const tag of tags) await docker.untag(tag);
  for (const { id, tags: left } of await docker.images())
    if (left.length === 0) await docker.removeUnusedImage(id);
}

describe("a tag", () => {
  it("is believed once, and pulled as the image that it was then ever after", async () => {
    await using place = await workplace();
    expect(await place.ensure(["nginx"])).toEqual(["pull docker.io/library/nginx:1"]);
    expect(JSON.parse(await readFile(place.known, "utf8"))).toEqual({
      "docker.io/library/nginx:1": "sha256:first",
    });
    await forget("nginx:1", "labctl/nginx:latest");
    docker.upstream = "sha256:second";
    expect(await place.ensure(["nginx"])).toEqual(["pull docker.io/library/nginx@sha256:first"]);
    expect(await place.ensure(["nginx"])).toEqual([]);
  });

  it("that somebody pulled anew on this machine takes nobody's place", async () => {
    await using place = await workplace();
    await place.ensure(["nginx"]);
    docker.addImage({ tags: ["nginx:1", "labctl/nginx:latest"], digests: ["nginx@sha256:second"] });
    const [nginx] = await place.images.list();
    expect(nginx?.state).toBe("stale");
    expect(await place.ensure(["nginx"])).toEqual(["pull docker.io/library/nginx@sha256:first"]);
  });

  it("whose first image is gone is refused, with the way to trust the one of today", async () => {
    await using place = await workplace();
    await place.ensure(["nginx"]);
    await forget("nginx:1", "labctl/nginx:latest");
    docker.upstream = "sha256:second";
    docker.refused.add("pull docker.io/library/nginx@sha256:first");
    const refused = place.ensure(["nginx"]);
    await expect(refused).rejects.toBeInstanceOf(EnvironmentError);
    await expect(refused).rejects.toMatchObject({
      message: "docker.io/library/nginx:1 could not be pulled as the image that it was the first time.",
      lastSeen: "refused: pull docker.io/library/nginx@sha256:first",
      hint: expect.stringContaining("labctl images build nginx --refresh") as string,
    });
    expect(await place.ensure(["nginx"], true)).toEqual(["pull docker.io/library/nginx:1"]);
    expect(await readFile(place.known, "utf8")).toContain("sha256:second");
  });

  it("is pulled as it is today on wish, and what stands on it is built anew where that is another image", async () => {
    await using place = await workplace();
    await place.ensure(["page"]);
    expect(await place.ensure(["page"], true)).toEqual(["pull docker.io/library/nginx:1"]);
    docker.upstream = "sha256:second";
    expect(await place.ensure(["page"], true)).toEqual([
      "pull docker.io/library/nginx:1",
      "build labctl/page:latest",
    ]);
    expect((await docker.images()).map(({ digests }) => digests).flat()).toEqual(["nginx@sha256:second"]);
  });
});

it("a digest in the recipe is believed alone, whatever the tag is and whoever wishes", async () => {
  await using place = await workplace();
  const pull = `pull docker.io/library/redis@${own}`;
  expect([await place.ensure(["redis"]), await place.ensure(["redis"])]).toEqual([[pull], []]);
  expect(await place.ensure(["redis"], true)).toEqual([pull]);
  await expect(readFile(place.known)).rejects.toThrow("ENOENT");
});

it("notes that nobody can read are an error, not trust", async () => {
  await using place = await workplace();
  await place.ensure(["nginx"]);
  await writeFile(place.known, "[]");
  await expect(place.ensure(["nginx"])).rejects.toMatchObject({
    hint: expect.stringContaining("rm ") as string,
  });
});
