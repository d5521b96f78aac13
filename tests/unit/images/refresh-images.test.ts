import { readFileSync, writeFileSync } from "node:fs";
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

const files = {
  "images/debian/image.yaml": imageYaml({ sources: ["rootfs: { suite: bookworm, to: rootfs.tar }"] }),
  "images/debian/Dockerfile": "FROM scratch\n",
  "images/nginx/image.yaml": imageYaml({
    from: "debian",
    sources: ["apt: { suite: bookworm, packages: [nginx], to: debs }"],
  }),
  "images/nginx/Dockerfile": "FROM labctl/debian\n",
  "images/page/image.yaml": imageYaml({ from: "nginx" }),
  "images/page/Dockerfile": "FROM labctl/nginx\n",
  "images/tool/image.yaml": imageYaml(),
  "images/tool/Dockerfile": "FROM scratch\n",
};
const all = ["debian", "nginx", "page", "tool"];
const uri = "'http://mirror.example/libc6_2_amd64.deb' libc6_2_amd64.deb 1 SHA256:ab\n";

const docker = new (class extends FakeDocker {
  /** dpkg's status, with a package that has the image's name; none in what stands on no Debian. */
  override async readFile(image: string, path: string): Promise<Buffer | undefined> {
    const name = /^labctl\/(.*):latest$/.exec(image)?.[1] ?? "";
    if (path !== "/var/lib/dpkg/status")
      return Buffer.from("deb http://mirror.example/debian bookworm main\n");
    if (name === "tool") return undefined;
    return Buffer.from(
      `Package: in-${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n`,
    );
  }
})();

/** Names of images that Debian has newer packages for. */
let outdated: readonly string[];
let exec: FakeExec;
beforeEach(() => {
  outdated = [];
  docker.asked.length = 0;
  exec = new FakeExec((command) => {
    const option = (name: string): string =>
      command.find((word) => word.startsWith(name))?.slice(name.length) ?? "";
    const tar = command.find((word) => word.endsWith("/rootfs.tar"));
    if (tar !== undefined) writeFileSync(tar, "base");
    if (!command.includes("dist-upgrade")) return {};
    const status = readFileSync(option("Dir::State::status="), "utf8");
    return { stdout: outdated.some((name) => status.includes(`in-${name}\n`)) ? uri : "" };
  });
});

async function workplace() {
  const folder = await projectFolder(files);
  const places = { home: join(folder.path, "home"), project: folder.path, labs: "", labFiles: "" };
  const [clock, registry] = [new FakeClock(Date.now()), new FakeRegistry()];
  const freeBytes = async (): Promise<number> => 100 * 1024 ** 3;
  const images = createImages({
    docker,
    exec,
    places,
    clock,
    registry,
    freeBytes,
    source: "packages",
    env: {},
  });
  const progress = new RecordingProgress();
  await images.ensure(all, progress);
  docker.asked.length = 0;
  exec.ran.length = 0;
  return { images, progress, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const built = (): readonly string[] =>
  docker.asked.flatMap((line) => /^build labctl\/(.*):latest/.exec(line)?.[1] ?? []);
const ran = (what: string): number => exec.ran.filter((line) => line.includes(what)).length;

describe("images that are current", () => {
  it("stay what they are, and Debian is not asked, until somebody wishes it", async () => {
    await using place = await workplace();
    outdated = all;
    await place.images.ensure(all, place.progress);
    expect([built(), exec.ran]).toEqual([[], []]);
  });

  it("stay what they are where Debian, asked once, has nothing newer", async () => {
    await using place = await workplace();
    await place.images.ensure(all, place.progress, { refresh: true });
    expect([built(), ran(" update"), ran("dist-upgrade")]).toEqual([[], 1, 3]);
  });

  it("are built anew on wish, from a new base, where Debian has something newer", async () => {
    await using place = await workplace();
    outdated = ["debian", "nginx", "page"];
    await place.images.ensure(all, place.progress, { refresh: true });
    expect([built(), ran("mmdebstrap --variant")]).toEqual([["debian", "nginx", "page"], 1]);
  });

  it("are built anew with what stands on them, and without what they stand on", async () => {
    await using place = await workplace();
    outdated = ["nginx"];
    await place.images.ensure(all, place.progress, { refresh: true });
    expect([built(), ran("mmdebstrap --variant")]).toEqual([["nginx", "page"], 0]);
    expect(place.progress.said).toContain("nginx: 1 newer packages");
  });

  it("stay, and it is said, where Debian is out of reach", async () => {
    await using place = await workplace();
    exec.answer = () => ({ exitCode: 100, stderr: "E: Failed to fetch http://mirror.example/x" });
    const refreshed = place.images.ensure(["page"], place.progress, { refresh: true });
    await expect(refreshed).rejects.toBeInstanceOf(EnvironmentError);
    await expect(refreshed).rejects.toThrow(
      "What Debian bookworm has cannot be brought: apt is out of reach.",
    );
    expect((await place.images.list()).map(({ state }) => state)).toEqual(all.map(() => "current"));
  });
});

describe("packages", () => {
  it("are told by the images themselves; one without Debian is left out", async () => {
    await using place = await workplace();
    const inNginx = { name: "in-nginx", source: "in-nginx", version: "1", architecture: "amd64" };
    expect(await place.images.packages(["nginx", "tool"])).toEqual([
      { name: "nginx", suite: "bookworm", packages: [inNginx] },
    ]);
  });

  it("have a day of Debian, or none that is known", async () => {
    await using place = await workplace();
    const days = async () =>
      Object.fromEntries((await place.images.list()).map(({ name, debian }) => [name, debian]));
    expect(await days()).toEqual({ debian: {}, nginx: {}, page: {}, tool: undefined });
    const day = "2026-11-26T02:14:46.000Z";
    docker.addImage({ tags: ["labctl/nginx:latest"], labels: { "labctl.dev/debian": day } });
    expect(await days()).toMatchObject({ debian: {}, nginx: { day }, page: {} });
  });
});
