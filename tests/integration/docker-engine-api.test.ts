/** The Docker adapter against a real engine: that of `LABCTL_HOME`, started by `labctl up`. */
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createDocker } from "../../src/docker/docker-engine-api.ts";
import { EnvironmentError } from "../../src/errors.ts";
import { buildContext } from "../../src/images/docker-build-context.ts";
import { projectFolder } from "../support/project-folder.ts";

const home = process.env["LABCTL_HOME"] ?? join(homedir(), ".labctl");
const docker = createDocker(join(home, "engine", "docker.sock"));
const tag = "labctl-integration/image:1";

async function build(dockerfile: string, signal?: AbortSignal): Promise<readonly string[]> {
  await using folder = await projectFolder({ Dockerfile: dockerfile });
  const context = buildContext([{ from: folder.path, to: "." }]);
  const said: string[] = [];
  await docker.build({ context, tag, labels: { "labctl.dev/test": "1" } }, (text) => said.push(text), signal);
  return said;
}

async function built(): Promise<string | undefined> {
  return (await docker.images()).find(({ tags }) => tags.includes(tag))?.id;
}

afterAll(async () => {
  const id = await built();
  if (id !== undefined) await docker.removeUnusedImage(id);
});

describe("a real engine", () => {
  it("builds, lists, reads from and saves an image", async () => {
    const said = await build("FROM scratch\nCOPY Dockerfile /recipe\n");
    expect(said[0]).toBe("Step 1/3 : FROM scratch");
    const image = (await docker.images()).find(({ tags }) => tags.includes(tag));
    expect(image?.labels).toEqual({ "labctl.dev/test": "1" });
    expect((await docker.readFile(tag, "/recipe"))?.toString()).toContain("COPY Dockerfile /recipe");
    expect(await docker.readFile(tag, "/nothing")).toBeUndefined();
    await using folder = await projectFolder({});
    await docker.save([tag], join(folder.path, "image.tar"));
    expect((await stat(join(folder.path, "image.tar"))).size).toBeGreaterThan(1024);
  });

  it("names the step that fails, and leaves no image", async () => {
    const before = await built();
    const promise = build("FROM labctl/debian-12\nRUN echo sad && exit 3\n");
    await expect(promise).rejects.toBeInstanceOf(EnvironmentError);
    await expect(promise).rejects.toMatchObject({
      message: `Building ${tag} failed at Step 2/3 : RUN echo sad && exit 3`,
      lastSeen: expect.stringMatching(/^sad\n.*non-zero code: 3$/) as string,
    });
    expect(await built()).toBe(before);
  });

  it("stops a build when it is told to", async () => {
    const promise = build("FROM labctl/debian-12\nRUN sleep 60\n", AbortSignal.timeout(2000));
    await expect(promise).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("answers for what is not there with a value, and passes refusals on", async () => {
    expect(await docker.container("labctl-integration-none")).toBeUndefined();
    expect(await docker.networkExists("labctl-integration-none")).toBe(false);
    await docker.removeContainer("labctl-integration-none");
    await docker.removeVolume("labctl-integration-none");
    await expect(docker.startContainer("labctl-integration-none")).rejects.toBeInstanceOf(EnvironmentError);
  });
});
