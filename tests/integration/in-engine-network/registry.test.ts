import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createExec } from "../../../src/exec/execa-exec.ts";
import { createImages } from "../../../src/images/docker-images.ts";
import type { Images } from "../../../src/images/images.ts";
import { createRegistry } from "../../../src/registry/docker-registry.ts";
import { authorization } from "../../../src/registry/registry-login.ts";
import type { Registry } from "../../../src/registry/registry.ts";
import { systemClock } from "../../../src/system-clock.ts";
import { buildContextOf } from "../../support/build-context.ts";
import { engineUnderTest } from "../../support/engine-under-test.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";
import { testLabels } from "../../support/test-names.ts";

const docker = engineUnderTest();
const ignore = (): void => undefined;
let registry: Registry;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "labctl-registry-"));
  const random = (bytes: number): string => randomBytes(bytes).toString("hex");
  const where = {
    cluster: `test-${random(4)}`,
    port: await freePort(),
    home,
    userDocker: join(home, "none"),
  };
  registry = createRegistry({ docker, clock: systemClock, random, ...where });
  await registry.ensure(new RecordingProgress());
});

afterAll(async () => {
  await registry.remove();
  await rm(home, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function push(reference: string): Promise<string> {
  return docker.push({ reference, login: await registry.login() }, ignore);
}

async function build(greeting: string): Promise<string> {
  const reference = `${registry.host}/labctl-test-greeting:1`;
  const context = buildContextOf({ Dockerfile: "FROM scratch\nCOPY greeting /\n", greeting });
  await docker.build({ context, tag: reference, labels: testLabels }, ignore);
  return reference;
}

describe("an image that is pushed", () => {
  it("is in the registry under the digest that the push told", async () => {
    const digest = await push(await build("good morning"));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(digest);
  });

  it("has the id that the engine gives it in its manifest", async () => {
    const reference = await build("good morning");
    const digest = await push(reference);
    const image = await docker.image(reference);
    const manifest = await registry.manifest("labctl-test-greeting:1");
    expect(manifest).toMatchObject({ digest, config: image?.id });
    expect(await registry.manifest("labctl-test-greeting:2")).toBeUndefined();
  });

  it("is gone once its tags were removed, and can be pushed again", async () => {
    const digest = await push(await build("good morning"));
    await registry.removeTags("labctl-test-greeting");
    await registry.removeTags("labctl-test-greeting");
    expect(await registry.digest("labctl-test-greeting:1")).toBeUndefined();
    expect(await push(`${registry.host}/labctl-test-greeting:1`)).toBe(digest);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(digest);
  });

  it("has the same digest when it is pushed again, and another when it was changed", async () => {
    const first = await push(await build("good morning"));
    const again = await push(`${registry.host}/labctl-test-greeting:1`);
    const changed = await push(await build("good evening"));
    expect(again).toBe(first);
    expect(changed).not.toBe(first);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(changed);
  });

  it("is remembered by the engine under its digest", async () => {
    const reference = await build("good night");
    const digest = await push(reference);
    const pushed = (await docker.images()).find(({ tags }) => tags.includes(reference));
    expect(pushed?.digests).toContain(`${registry.host}/labctl-test-greeting@${digest}`);
  });
});

describe("whoever is on the machine or in the cluster", () => {
  const login = async (): Promise<string> => authorization(await registry.login());

  function answer(
    method: string,
    path: string,
    headers: Record<string, string>,
  ): Promise<number | undefined> {
    const [host, port] = registry.host.split(":");
    return new Promise((resolve, reject) => {
      const asked = request({ host: host === "localhost" ? "127.0.0.1" : host, port, method, path, headers });
      asked.on("error", reject).on("response", (said) => {
        resolve(said.resume().statusCode);
      });
      asked.end();
    });
  }

  it.each(["localhost", "labctl-registry:5000", "rebound.example"])(
    "is told nothing under %s",
    async (host) => {
      for (const [method, path] of [
        ["GET", "/v2/"],
        ["GET", "/v2/_catalog"],
        ["POST", "/v2/mine/blobs/uploads/"],
        ["DELETE", "/v2/labctl-test-greeting/manifests/1"],
      ] as const) {
        expect(await answer(method, path, { host })).toBe(401);
        expect(await answer(method, path, { host, authorization: "Basic bGFiY3RsOmxhYmN0bA==" })).toBe(401);
      }
    },
  );

  it("deletes nothing over the network, with the login either", async () => {
    const digest = await push(await build("good morning"));
    const path = `/v2/labctl-test-greeting/manifests/${digest}`;
    expect(await answer("HEAD", path, { authorization: await login(), accept: "*/*" })).not.toBe(401);
    expect(await answer("DELETE", path, { authorization: await login() })).toBe(405);
    expect(await registry.digest("labctl-test-greeting:1")).toBe(digest);
  });

  it("a push without the login is refused", async () => {
    const reference = await build("good morning");
    const stranger = { username: "labctl", password: "labctl" };
    await expect(docker.push({ reference, login: stranger }, ignore)).rejects.toThrow("could not be pushed");
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
    await push(`${registry.host}/labctl-test-tiny:1`);
    expect(await registry.digest("labctl-test-tiny:1")).not.toBe(pushed[0]?.digest);
    expect(await images.ensurePushed(["test-tiny"], new RecordingProgress())).toEqual(pushed);
    expect(await registry.digest("labctl-test-tiny:1")).toBe(pushed[0]?.digest);
  });
});
