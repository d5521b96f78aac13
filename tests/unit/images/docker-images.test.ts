import { mkdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EnvironmentError, UsageError } from "../../../src/errors.ts";
import { createImages } from "../../../src/images/docker-images.ts";
import type { Images, ImageSource } from "../../../src/images/images.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeDocker } from "../../support/fake-docker.ts";
import { FakeExec } from "../../support/fake-exec.ts";
import { FakeRegistry } from "../../support/fake-registry.ts";
import { imageYaml } from "../../support/image-yaml.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

const go = (name: string): string => `go: { module: ../module, packages: { ${name}: . }, to: bin }`;

const files = {
  "images/debian-12/image.yaml": imageYaml({ upstream: "docker.io/library/debian:12-slim" }),
  "images/debian-12/Dockerfile": "FROM scratch\n",
  "images/nginx/image.yaml": imageYaml({
    from: "debian-12",
    repository: "nginx:1",
    upstream: "docker.io/library/nginx:1",
  }),
  "images/nginx/Dockerfile": "FROM labctl/debian-12\n",
  "images/lab-app/image.yaml": imageYaml({
    from: "debian-12",
    repository: "lab-app:1",
    tags: ["example.com/lab-app:v1"],
    sources: [go("app")],
  }),
  "images/lab-app/Dockerfile": "FROM labctl/debian-12\n",
  "images/module/go.mod": "module example.com/app\n",
};

class Workplace implements AsyncDisposable {
  readonly docker = new FakeDocker();
  readonly registry = new FakeRegistry();
  readonly progress = new RecordingProgress();
  readonly exec = new FakeExec((command) => {
    const output = command[command.indexOf("-o") + 1] ?? "";
    if (command[1] === "build") mkdirSync(output, { recursive: true });
    if (command[1] === "build") writeFileSync(join(output, "app"), "program");
    return {};
  });
  freeBytes = 100 * 1024 ** 3;
  readonly #folder: Awaited<ReturnType<typeof projectFolder>>;

  private constructor(folder: Awaited<ReturnType<typeof projectFolder>>) {
    this.#folder = folder;
  }

  static async make(): Promise<Workplace> {
    return new Workplace(await projectFolder(files));
  }

  get project(): string {
    return this.#folder.path;
  }

  images(source: ImageSource = "packages"): Images {
    const places = {
      home: join(this.project, "home"),
      project: this.project,
      labs: this.project,
      labFiles: this.project,
    };
    const { docker, registry, exec } = this;
    const freeBytes = async (): Promise<number> => this.freeBytes;
    return createImages({
      docker,
      registry,
      exec,
      source,
      places,
      freeBytes,
      env: {},
      clock: new FakeClock(),
    });
  }

  async states(source?: ImageSource): Promise<readonly string[]> {
    return (await this.images(source).list()).map(({ name, state }) => `${name} ${state}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

describe("images from packages", () => {
  it("builds parents first and gives every tag", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["lab-app"], place.progress);
    expect(place.docker.asked).toEqual([
      "build labctl/debian-12:latest",
      "build labctl/lab-app:latest",
      "tag labctl/lab-app:latest example.com/lab-app:v1",
      "tag labctl/lab-app:latest localhost:5001/lab-app:1",
    ]);
    expect(place.docker.context).toContain("program");
    expect(await place.states()).toEqual(["debian-12 current", "lab-app current", "nginx missing"]);
  });

  it("does nothing, and says nothing, where everything is current", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["lab-app", "nginx"], place.progress);
    const [asked, said] = [place.docker.asked.length, place.progress.said.length];
    await place.images().ensure(["lab-app", "nginx"], place.progress);
    expect(place.docker.asked).toHaveLength(asked);
    expect(place.progress.said).toHaveLength(said);
  });

  it("gives a lost tag back without building", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["nginx"], place.progress);
    place.docker.addImage({ tags: ["localhost:5001/nginx:1"] });
    place.docker.asked.length = 0;
    await place.images().ensure(["nginx"], place.progress);
    expect(place.docker.asked).toEqual(["tag labctl/nginx:latest localhost:5001/nginx:1"]);
  });

  it("builds anew what changed, and what is built on it, and clears the old ones away", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["nginx"], place.progress);
    const before = (await place.docker.images()).map(({ id }) => id);
    await writeFile(join(place.project, "images/debian-12/Dockerfile"), "FROM scratch\nENV A=1\n");
    expect(await place.states()).toEqual(["debian-12 stale", "lab-app missing", "nginx stale"]);
    await place.images().ensure(["nginx"], place.progress);
    expect(await place.states()).toEqual(["debian-12 current", "lab-app missing", "nginx current"]);
    const after = (await place.docker.images()).map(({ id }) => id);
    expect(before.filter((id) => after.includes(id))).toEqual([]);
  });

  it("clears away what a Dockerfile marks as a stage of its build", async () => {
    await using place = await Workplace.make();
    place.docker.addImage({ labels: { "labctl.dev/stage": "preloaded" } });
    await place.images().ensure(["debian-12"], place.progress);
    expect((await place.docker.images()).map(({ tags }) => tags)).toEqual([["labctl/debian-12:latest"]]);
  });

  it("removes all of its own images by their names, and no others", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["lab-app"], place.progress);
    const { id } = place.docker.addImage({ tags: ["postgres:17"] });
    await place.images().removeAll(place.progress);
    expect((await place.docker.images()).map((image) => image.id)).toEqual([id]);
  });

  it("compiles from the start, beside the builds that come before", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["lab-app"], place.progress);
    const { said } = place.progress;
    const compiling = said.indexOf("+ Compile what image lab-app is made of");
    expect(compiling).toBeGreaterThanOrEqual(0);
    expect(compiling).toBeLessThan(said.indexOf("= Build image debian-12"));
  });

  it("passes on why something did not compile, and stops", async () => {
    await using place = await Workplace.make();
    place.exec.answer = () => ({ exitCode: 1, stderr: "main.go:1: syntax error" });
    const promise = place.images().ensure(["lab-app"], place.progress);
    await expect(promise).rejects.toMatchObject({ lastSeen: "main.go:1: syntax error" });
    expect(place.docker.asked).not.toContain("build labctl/lab-app:latest");
  });

  it("stops compiling when a build fails", async () => {
    await using place = await Workplace.make();
    place.docker.refused.add("build labctl/debian-12:latest");
    await expect(place.images().ensure(["lab-app"], place.progress)).rejects.toThrow(
      "refused: build labctl/debian-12",
    );
    expect(place.exec.options.every(({ signal }) => signal?.aborted === true)).toBe(true);
  });

  it("asks for disk before it begins, and only then", async () => {
    await using place = await Workplace.make();
    await place.images().ensure(["nginx"], place.progress);
    place.freeBytes = 1024 ** 3;
    await place.images().ensure(["nginx"], place.progress);
    await expect(place.images().ensure(["lab-app"], place.progress)).rejects.toThrow("GiB of disk");
  });

  it("names the images there are when one is unknown", async () => {
    await using place = await Workplace.make();
    const promise = place.images().ensure(["ngnix"], place.progress);
    await expect(promise).rejects.toBeInstanceOf(UsageError);
    await expect(promise).rejects.toMatchObject({ lastSeen: "known images: debian-12, lab-app, nginx" });
  });
});

describe("images from upstream", () => {
  it("pulls without building parents", async () => {
    await using place = await Workplace.make();
    await place.images("upstream").ensure(["nginx"], place.progress);
    expect(place.docker.asked).toEqual([
      "pull docker.io/library/nginx:1",
      "tag docker.io/library/nginx:1 labctl/nginx:latest",
      "tag docker.io/library/nginx:1 localhost:5001/nginx:1",
    ]);
    expect(await place.states("upstream")).toEqual(["debian-12 missing", "lab-app missing", "nginx current"]);
  });

  it("builds what nobody publishes, on a parent that was pulled", async () => {
    await using place = await Workplace.make();
    await place.images("upstream").ensure(["lab-app"], place.progress);
    expect(place.docker.asked.slice(0, 3)).toEqual([
      "pull docker.io/library/debian:12-slim",
      "tag docker.io/library/debian:12-slim labctl/debian-12:latest",
      "build labctl/lab-app:latest",
    ]);
  });

  it("does not take an image that was built for one that was pulled, or the other way round", async () => {
    await using place = await Workplace.make();
    await place.images("packages").ensure(["nginx"], place.progress);
    expect(await place.states("upstream")).toContain("nginx stale");
    await place.images("upstream").ensure(["nginx"], place.progress);
    expect(await place.states("packages")).toContain("nginx stale");
  });

  it("passes on that a pull failed", async () => {
    await using place = await Workplace.make();
    place.docker.refused.add("pull docker.io/library/nginx:1");
    const promise = place.images("upstream").ensure(["nginx"], place.progress);
    await expect(promise).rejects.toBeInstanceOf(EnvironmentError);
    expect(await place.docker.images()).toEqual([]);
  });
});

describe("ensurePushed", () => {
  it("pushes what the registry does not have, and gives reference and digest", async () => {
    await using place = await Workplace.make();
    const pushed = await place.images().ensurePushed(["nginx"], place.progress);
    expect(pushed).toEqual([
      { reference: "localhost:5001/nginx:1", digest: "sha256:of-localhost:5001/nginx:1" },
    ]);
    expect(place.progress.said).toContain("= Push localhost:5001/nginx:1");
  });

  it("moves nothing when the registry has this very image", async () => {
    await using place = await Workplace.make();
    const [first] = await place.images().ensurePushed(["nginx"], place.progress);
    place.registry.digests.set("nginx:1", first?.digest ?? "");
    place.docker.asked.length = 0;
    expect(await place.images().ensurePushed(["nginx"], place.progress)).toEqual([first]);
    expect(place.docker.asked).toEqual([]);
  });

  it("pushes again when somebody else's image took the tag", async () => {
    await using place = await Workplace.make();
    await place.images().ensurePushed(["nginx"], place.progress);
    place.registry.digests.set("nginx:1", "sha256:somebody-else");
    place.docker.asked.length = 0;
    await place.images().ensurePushed(["nginx"], place.progress);
    expect(place.docker.asked).toEqual(["push localhost:5001/nginx:1"]);
  });

  it("refuses an image that belongs into no registry", async () => {
    await using place = await Workplace.make();
    await expect(place.images().ensurePushed(["debian-12"], place.progress)).rejects.toBeInstanceOf(
      UsageError,
    );
  });
});
