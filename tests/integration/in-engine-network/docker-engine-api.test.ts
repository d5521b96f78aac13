import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { buildContextOf } from "../../support/build-context.ts";
import { engineUnderTest } from "../../support/engine-under-test.ts";
import { testLabels } from "../../support/test-names.ts";

const docker = engineUnderTest();
const tag = "labctl/test-tiny:latest";

const dockerfile = "FROM labctl/debian-12\nCOPY hello /srv/hello\nRUN cat /srv/hello > /srv/copy\n";

async function build(text: string, as = tag, signal?: AbortSignal): Promise<readonly string[]> {
  const details: string[] = [];
  const context = buildContextOf({ Dockerfile: text, hello: "good morning\n" });
  await docker.build({ context, tag: as, labels: testLabels }, (detail) => details.push(detail), signal);
  return details;
}

beforeAll(() => build(dockerfile));

describe("build", () => {
  it("gives the image its tag and labels, and tells each step", async () => {
    const details = await build(dockerfile);
    const built = (await docker.images()).find(({ tags }) => tags.includes(tag));
    expect(built?.labels).toMatchObject(testLabels);
    expect(built?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(details.join("\n")).toMatch(/^Step 2\/\d : COPY hello \/srv\/hello$/m);
  });

  it("names the step that fails, with its last lines, and leaves no image", async () => {
    const broken = "FROM labctl/debian-12\nRUN echo first words; echo last words >&2; exit 3\n";
    const failed = await build(broken, "labctl/test-broken:latest").catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(EnvironmentError);
    const { message, lastSeen } = failed as EnvironmentError;
    expect(message).toMatch(/labctl\/test-broken:latest failed at Step 2\/\d : RUN echo first words/);
    // The engine merges stdout and stderr in whichever order it reads them.
    for (const words of [/first words/, /last words/, /code: 3/]) expect(lastSeen).toMatch(words);
    const images = await docker.images();
    expect(images.some(({ tags }) => tags.includes("labctl/test-broken:latest"))).toBe(false);
  });

  it("hands the parent's labels on: the day of Debian is written on the base alone", async () => {
    await build(`${dockerfile}LABEL labctl.dev/debian=2026-11-26\n`);
    const child = "labctl/test-child:latest";
    await build("FROM labctl/test-tiny\nRUN true\n", child);
    const image = (await docker.images()).find(({ tags }) => tags.includes(child));
    await docker.untag(child);
    expect(image?.labels).toMatchObject({ ...testLabels, "labctl.dev/debian": "2026-11-26" });
  });

  it("stops when it is told to", async () => {
    const stopped = build("FROM labctl/debian-12\nRUN sleep 60\n", tag, AbortSignal.timeout(2000));
    await expect(stopped).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("has no network", async () => {
    const alone = "FROM labctl/debian-12\nRUN grep -q lo: /proc/net/dev && ! grep -q eth /proc/net/dev\n";
    await expect(build(alone, "labctl/test-alone:latest")).resolves.toBeDefined();
  });

  it("refuses a parent that is not there", async () => {
    await expect(build("FROM labctl/test-nothing\n")).rejects.toBeInstanceOf(EnvironmentError);
  });
});

describe("an image", () => {
  it("is read without starting anything", async () => {
    expect(String(await docker.readFile(tag, "/srv/copy"))).toBe("good morning\n");
    expect(await docker.readFile(tag, "/srv/nothing")).toBeUndefined();
  });

  it("is saved as one archive", async () => {
    const folder = await mkdtemp(join(tmpdir(), "labctl-test-"));
    await docker.save([tag], join(folder, "tiny.tar"));
    const alone = (await stat(join(folder, "tiny.tar"))).size;
    await docker.save([tag, "labctl/debian-12:latest"], join(folder, "both.tar"));
    const both = (await stat(join(folder, "both.tar"))).size;
    await rm(folder, { recursive: true });
    // Its layers are in both, the parent's only once.
    expect(alone).toBeGreaterThan(10_000_000);
    expect(both - alone).toBeLessThan(alone / 2);
  });

  it("has a second name after it was tagged", async () => {
    await docker.tag(tag, "labctl/test-second:1.0");
    const [first, second] = await Promise.all(
      [tag, "labctl/test-second:1.0"].map(async (name) => {
        return (await docker.images()).find(({ tags }) => tags.includes(name))?.id;
      }),
    );
    expect(second).toBe(first);
  });

  it("tells what it is made of: its parent's layers and history first, then its own", async () => {
    const [own, parent] = await Promise.all([docker.image(tag), docker.image("labctl/debian-12")]);
    expect(own?.id).toBe((await docker.images()).find(({ tags }) => tags.includes(tag))?.id);
    expect(own?.layers.slice(0, parent?.layers.length)).toEqual(parent?.layers);
    expect(own?.history.slice(0, parent?.history.length)).toEqual(parent?.history);
    const [copy, run] = own?.history.slice(parent?.history.length) ?? [];
    expect(copy).toContain("COPY");
    expect(run).toContain("cat /srv/hello > /srv/copy");
    expect(own?.user).toBe("");
    expect(await docker.image("labctl/test-nothing:1.0")).toBeUndefined();
  });

  it("loses one name, and stays while it has another", async () => {
    await docker.tag(tag, "labctl/test-third:1.0");
    await docker.untag("labctl/test-third:1.0");
    await docker.untag("labctl/test-third:1.0");
    expect(await docker.image("labctl/test-third:1.0")).toBeUndefined();
    expect(await docker.image(tag)).toBeDefined();
  });

  it("is left alone while something uses it", async () => {
    const debian = (await docker.images()).find(({ tags }) => tags.includes("labctl/debian-12:latest"));
    await docker.removeUnusedImage(debian?.id ?? "");
    expect((await docker.images()).some(({ id }) => id === debian?.id)).toBe(true);
  });
});

describe("a container", () => {
  const name = "labctl-test-container";

  beforeAll(async () => {
    await build(
      'FROM labctl/test-tiny\nCMD ["sleep", "infinity"]\nSTOPSIGNAL SIGKILL\n',
      "labctl/test-sleep:latest",
    );
    await docker.removeContainer(name);
    await docker.runContainer({
      name,
      image: "labctl/test-sleep",
      env: { GREETING: "good evening" },
      labels: testLabels,
      volumes: [{ name, path: "/data" }],
      ports: [],
      restart: "no",
    });
  });

  afterAll(async () => {
    await docker.removeContainer(name);
    await docker.removeVolume(name);
  });

  it("runs with its labels, its environment and its volume", async () => {
    expect(await docker.container(name)).toMatchObject({
      running: true,
      labels: testLabels,
      networks: ["bridge"],
    });
    const { output } = await docker.exec(name, [
      "sh",
      "-c",
      "echo $GREETING; grep -c ' /data ' /proc/mounts",
    ]);
    expect(output).toBe("good evening\n1\n");
  });

  it("gives a command's exit code and both of its streams", async () => {
    const result = await docker.exec(name, ["sh", "-c", "echo out; sleep 0.1; echo err >&2; exit 7"]);
    expect(result).toEqual({ exitCode: 7, output: "out\nerr\n" });
  });

  it("is of its image, and tells how it ended", async () => {
    const image = await docker.image("labctl/test-sleep");
    expect(await docker.container(name)).toMatchObject({ imageId: image?.id, exitCode: 0 });
  });

  it("has a network that a command beside it shares, which leaves nothing behind", async () => {
    const beside = { image: tag, command: ["sh", "-c", "cat /proc/net/dev; echo not this >&2; exit 3"] };
    const { exitCode, output } = await docker.runBeside(name, beside);
    expect(exitCode).toBe(3);
    expect(output).toContain("eth0");
    expect(output).not.toContain("not this");
    await expect(docker.runBeside("labctl-test-nothing", beside)).rejects.toBeInstanceOf(EnvironmentError);
  });

  it("gives an output of many packets whole", async () => {
    const { output } = await docker.exec(name, ["seq", "100000"]);
    expect(output.split("\n")).toHaveLength(100_001);
  });

  it("is stopped, started and removed, each of them twice", async () => {
    await docker.stopContainer(name);
    await docker.stopContainer(name);
    expect((await docker.container(name))?.running).toBe(false);
    await docker.startContainer(name);
    await docker.startContainer(name);
    expect((await docker.container(name))?.running).toBe(true);
    await docker.removeContainer(name);
    await docker.removeContainer(name);
    expect(await docker.container(name)).toBeUndefined();
  });

  it("that is not there is a value where the contract says so, and an error where not", async () => {
    expect(await docker.container("labctl-test-nothing")).toBeUndefined();
    await docker.stopContainer("labctl-test-nothing");
    await docker.removeVolume("labctl-test-nothing");
    expect(await docker.networkExists("labctl-test-nothing")).toBe(false);
    await expect(docker.exec("labctl-test-nothing", ["true"])).rejects.toBeInstanceOf(EnvironmentError);
    await expect(docker.startContainer("labctl-test-nothing")).rejects.toBeInstanceOf(EnvironmentError);
  });
});
