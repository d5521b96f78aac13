import { GenericContainer, Wait, type StartedTestContainer } from "testcontainers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createExec } from "../../../src/exec/execa-exec.ts";
import { createImages } from "../../../src/images/docker-images.ts";
import type { Images } from "../../../src/images/images.ts";
import { createRegistry } from "../../../src/registry/docker-registry.ts";
import type { Registry } from "../../../src/registry/registry.ts";
import { systemClock } from "../../../src/system-clock.ts";
import { buildContextOf } from "../../support/build-context.ts";
import { engineUnderTest } from "../../support/engine-under-test.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";
import { testLabels } from "../../support/test-names.ts";

const docker = engineUnderTest();
const ignore = (): void => undefined;
let container: StartedTestContainer;
let registry: Registry;

beforeAll(async () => {
  container = await new GenericContainer("labctl/registry:latest")
    .withExposedPorts(5000)
    .withLabels(testLabels)
    .withWaitStrategy(Wait.forHttp("/v2/", 5000))
    .start();
  const port = container.getMappedPort(5000);
  registry = createRegistry({ docker, clock: systemClock, cluster: "test", port });
});

afterAll(() => container.stop());

async function build(greeting: string): Promise<string> {
  const reference = `${registry.host}/labctl-test-greeting:1`;
  const context = buildContextOf({ Dockerfile: "FROM scratch\nCOPY greeting /\n", greeting });
  await docker.build({ context, tag: reference, labels: testLabels }, ignore);
  return reference;
}

describe("an image that is pushed", () => {
  it("is in the registry under the digest that the push told", async () => {
    const digest = await docker.push(await build("good morning"), ignore);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(digest);
  });

  it("has the id that the engine gives it in its manifest", async () => {
    const reference = await build("good morning");
    const digest = await docker.push(reference, ignore);
    const image = await docker.image(reference);
    const manifest = await registry.manifest("labctl-test-greeting:1");
    expect(manifest).toMatchObject({ digest, config: image?.id });
    expect(await registry.manifest("labctl-test-greeting:2")).toBeUndefined();
  });

  it("is gone once its tags were removed, and can be pushed again", async () => {
    const digest = await docker.push(await build("good morning"), ignore);
    await registry.removeTags("labctl-test-greeting");
    await registry.removeTags("labctl-test-greeting");
    expect(await registry.digest("labctl-test-greeting:1")).toBeUndefined();
    expect(await docker.push(`${registry.host}/labctl-test-greeting:1`, ignore)).toBe(digest);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(digest);
  });

  it("has the same digest when it is pushed again, and another when it was changed", async () => {
    const first = await docker.push(await build("good morning"), ignore);
    const again = await docker.push(`${registry.host}/labctl-test-greeting:1`, ignore);
    const changed = await docker.push(await build("good evening"), ignore);
    expect(again).toBe(first);
    expect(changed).not.toBe(first);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(changed);
  });

  it("is remembered by the engine under its digest", async () => {
    const reference = await build("good night");
    const digest = await docker.push(reference, ignore);
    const pushed = (await docker.images()).find(({ tags }) => tags.includes(reference));
    expect(pushed?.digests).toContain(`${registry.host}/labctl-test-greeting@${digest}`);
  });
});

it("a tag that nobody pushed has no digest", async () => {
  expect(await registry.digest("labctl-test-nothing:1")).toBeUndefined();
});

describe("ensurePushed", () => {
  const recipe = "apiVersion: labctl.dev/v1\nkind: Image\nsummary: Tiny\nrepository: labctl-test-tiny:1\n";
  const files = {
    "images/test-tiny/image.yaml": recipe,
    "images/test-tiny/Dockerfile": "FROM scratch\nCOPY greeting /\n",
    "images/test-tiny/greeting": "good morning",
  };

  function imagesOf(project: string): Images {
    const { env } = process;
    const exec = createExec({ env, isRoot: false });
    const places = { home: project, project, labs: project, labFiles: project };
    const freeBytes = async (): Promise<number> => 1e12;
    return createImages({
      exec,
      clock: systemClock,
      env,
      places,
      docker,
      registry,
      source: "packages",
      freeBytes,
    });
  }

  it("builds and pushes, and the second time moves nothing", async () => {
    await using project = await projectFolder(files);
    const [first, second] = [new RecordingProgress(), new RecordingProgress()];
    const pushed = await imagesOf(project.path).ensurePushed(["test-tiny"], first);
    expect(pushed).toEqual([
      {
        reference: `${registry.host}/labctl-test-tiny:1`,
        digest: await registry.digest("labctl-test-tiny:1"),
      },
    ]);
    expect(first.said.length).toBeGreaterThan(0);
    expect(await imagesOf(project.path).ensurePushed(["test-tiny"], second)).toEqual(pushed);
    expect(second.said).toEqual([]);
  });

  it("puts right what somebody else pushed under the tag", async () => {
    await using project = await projectFolder(files);
    const images = imagesOf(project.path);
    const pushed = await images.ensurePushed(["test-tiny"], new RecordingProgress());
    const foreign = await build("a stranger's");
    await docker.tag(foreign, `${registry.host}/labctl-test-tiny:1`);
    await docker.push(`${registry.host}/labctl-test-tiny:1`, ignore);
    expect(await registry.digest("labctl-test-tiny:1")).not.toBe(pushed[0]?.digest);
    expect(await images.ensurePushed(["test-tiny"], new RecordingProgress())).toEqual(pushed);
    expect(await registry.digest("labctl-test-tiny:1")).toBe(pushed[0]?.digest);
  });
});
