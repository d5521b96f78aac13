import { describe, expect, it } from "vitest";
import { localContainer } from "../../../../src/checks/images/local-container-spec.ts";
import type { ContainerFacts } from "../../../../src/docker/docker.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeDocker } from "../../../support/fake-docker.ts";

const spec = localContainer.spec.parse({
  kind: "local-container",
  container: "my-container",
  image: "my-image:1.0",
  answers: { port: 9000, echoes: true },
});

interface Place {
  readonly container?: Partial<ContainerFacts>;
  readonly image?: string;
  /** The page for a path; undefined: nobody listens. */
  readonly page?: (path: string) => string | undefined;
}

function engine({
  container,
  image = "sha256:own",
  page = (path) => `You asked for ${path}.`,
}: Place): FakeDocker {
  const docker = new FakeDocker();
  docker.facts.set("my-image:1.0", { id: image, layers: [], history: [], user: "65534" });
  if (container) {
    const state = { running: true, startedAt: new Date(0), exitCode: 0 };
    const facts = {
      id: "c1",
      imageId: "sha256:own",
      image: "my-image:1.0",
      ...state,
      labels: {},
      networks: [],
    };
    const unused = { name: "", image: "", env: {}, labels: {}, volumes: [], ports: [] };
    docker.containers.set("my-container", { ...facts, ...container, spec: { ...unused, restart: "no" } });
  }
  docker.onBeside = (_name, command) => ({ output: curlOutput(command.at(-1) ?? "", page) });
  return docker;
}

/** What curl in the probe image would print for the configuration that it is given. */
function curlOutput(input: string, page: (path: string) => string | undefined): string {
  const config = Buffer.from(input, "base64").toString();
  const { pathname } = new URL(/url = "([^"]+)"/.exec(config)?.[1] ?? "");
  const boundary = /write-out = "%\{stderr\}(\w+) /.exec(config)?.[1] ?? "";
  const body = page(pathname);
  if (body === undefined) return `\n${boundary} 7 connection refused\n`;
  return `HTTP/1.1 200 OK\r\n\r\n${body}\n${boundary} 0 \n`;
}

const look = (place: Place) => localContainer.observe(spec, fakeCheckContext({ docker: engine(place) }));

describe("local-container: what passes", () => {
  it("a container of the image that repeats a random path, asked in its own network", async () => {
    const docker = engine({ container: {} });
    expect(await localContainer.observe(spec, fakeCheckContext({ docker }))).toEqual([]);
    expect(docker.asked).toEqual(["beside my-container labctl/probe:latest"]);
  });

  it("one that listens only after a while", async () => {
    let asked = 0;
    expect(await look({ container: {}, page: (path) => (++asked < 3 ? undefined : path) })).toEqual([]);
  });
});

describe("local-container: what does not pass", () => {
  it("none", async () => {
    expect(await look({})).toMatchObject([{ object: "Container/my-container", actual: "not found" }]);
  });

  it("one that has ended, with its exit code", async () => {
    const [finding] = await look({ container: { running: false, exitCode: 1 } });
    expect(finding).toMatchObject({ actual: "ended with exit code 1", next: "docker logs my-container" });
  });

  it("one of what the image was before it was built anew", async () => {
    const [finding] = await look({ container: {}, image: "sha256:new" });
    expect(finding?.message).toContain("runs another image than my-image:1.0 is now");
  });

  it("a static page", async () => {
    const [finding] = await look({ container: {}, page: () => "Hello from a container" });
    expect(finding?.message).toMatch(/a page that repeats the path asked for, \/nonce\d+ was wanted/);
  });

  it("one in which nothing listens", async () => {
    expect(await look({ container: {}, page: () => undefined })).toMatchObject([
      { actual: "connection refused, as if nothing listened there", next: "docker logs my-container" },
    ]);
  });
});

describe("local-container: what is errored", () => {
  it("an engine that refuses", async () => {
    const docker = engine({ container: {} });
    docker.refused.add("beside my-container labctl/probe:latest");
    await expect(localContainer.observe(spec, fakeCheckContext({ docker }))).rejects.toThrow(
      EnvironmentError,
    );
  });
});

describe("local-container: the page of the given application", () => {
  const given = localContainer.spec.parse({
    kind: "local-container",
    container: "my-container",
    image: "my-image:1.0",
    answers: { port: 9000, echoes: true, page: "<h1>{greeting}!</h1>\n  <p>{host} (you): {path}</p>\n" },
  });
  const observe = (page: (path: string) => string) =>
    localContainer.observe(given, fakeCheckContext({ docker: engine({ container: {}, page }) }));

  it("passes with whatever greeting and host, asked for a path that nobody can know", async () => {
    expect(await observe((path) => `<h1>Bonjour!</h1> <hr> <p>c0ffee (you): ${path}</p>`)).toEqual([]);
  });

  it("does not take any program that repeats the path", async () => {
    const [finding] = await observe((path) => `<p>${path}</p>`);
    expect(finding?.expected).toBe("the page of the given application, with <h1>{greeting}!</h1>");
    const [other] = await observe((path) => `<h1>Hi!</h1> ${path} <p>c0ffee (you): /static</p>`);
    expect(other?.expected).toMatch(/with <p>\{host\} \(you\): \/nonce\d+<\/p>$/);
  });
});
