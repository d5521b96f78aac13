import { describe, expect, it } from "vitest";
import { localImage } from "../../../../src/checks/images/local-image-spec.ts";
import type { ImageFacts } from "../../../../src/docker/docker.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeDocker } from "../../../support/fake-docker.ts";

const spec = localImage.spec.parse({
  kind: "local-image",
  image: "my-image:1.0",
  base: "localhost:5001/python:3.11",
  instructions: [["RUN"], ["COPY", "ADD"], ["WORKDIR"], ["ENV"], ["EXPOSE"], ["USER"], ["ENTRYPOINT", "CMD"]],
  notRoot: true,
});

const base: ImageFacts = {
  id: "sha256:base",
  layers: ["sha256:1", "sha256:2"],
  history: [
    "/bin/sh -c #(nop) ADD file:1 in / ",
    "/bin/sh -c apt-get install",
    '/bin/sh -c #(nop)  CMD ["python3"]',
  ],
  user: "",
};

const classic = [
  "/bin/sh -c #(nop)  ENV GREETING=Hello PORT=9000",
  "/bin/sh -c #(nop) WORKDIR /app",
  "/bin/sh -c #(nop) COPY multi:2 in ./ ",
  "/bin/sh -c python3 -m compileall -q .",
  "/bin/sh -c #(nop)  EXPOSE 9000",
  "/bin/sh -c #(nop)  USER 65534",
  '/bin/sh -c #(nop)  ENTRYPOINT ["python3" "app.py"]',
];

const buildKit = [
  "ENV PORT=9000",
  "WORKDIR /srv/app",
  "ADD app.py page.html /srv/app/ # buildkit",
  "RUN /bin/sh -c useradd --system student # buildkit",
  "EXPOSE map[9000/tcp:{}]",
  "USER student",
  'CMD ["python3" "/srv/app/app.py"]',
];

function look(own: readonly string[] | undefined, changes: Partial<ImageFacts> = {}) {
  const docker = new FakeDocker();
  docker.facts.set(spec.base, base);
  if (own) {
    const layers = [...base.layers, "sha256:3", "sha256:4"];
    const history = [...base.history, ...own];
    docker.facts.set(spec.image, { id: "sha256:own", layers, history, user: "65534", ...changes });
  }
  return localImage.observe(spec, fakeCheckContext({ docker }));
}

describe("local-image: what passes", () => {
  it.each([
    ["the classic builder's history", classic],
    ["BuildKit's history, ADD and CMD", buildKit],
    ["RUN in its exec form", classic.map((line) => line.replace("/bin/sh -c python3", "python3"))],
  ])("%s", async (_what, history) => {
    expect(await look(history)).toEqual([]);
  });
});

describe("local-image: what does not pass", () => {
  it("no such image", async () => {
    expect(await look(undefined)).toMatchObject([{ object: "Image/my-image:1.0", actual: "not found" }]);
  });

  it("the base under another name: what the base itself has done does not count", async () => {
    const [finding, ...others] = await look([], { layers: base.layers, user: "" });
    expect(finding?.message).toBe(
      "my-image:1.0 adds no RUN, no COPY or ADD, no WORKDIR, no ENV, no EXPOSE, no USER, no ENTRYPOINT or CMD to localhost:5001/python:3.11.",
    );
    expect(others).toMatchObject([{ path: "USER", actual: "no USER" }]);
  });

  it("another base", async () => {
    expect(await look(classic, { layers: ["sha256:1", "sha256:9"] })).toMatchObject([{ path: "FROM" }]);
  });

  it("a step that only looks like another one", async () => {
    const without = classic.filter((line) => !line.includes("COPY"));
    expect(await look([...without, "/bin/sh -c echo COPY"])).toMatchObject([{ expected: "COPY or ADD" }]);
  });

  it.each(["root", "0", "0:0", "root:root"])("USER %s", async (user) => {
    expect(await look(classic, { user })).toMatchObject([{ path: "USER", actual: user }]);
  });
});

describe("local-image: what is errored", () => {
  it("an engine that does not have the base", async () => {
    const docker = new FakeDocker();
    docker.facts.set(spec.image, { ...base, id: "sha256:own" });
    await expect(localImage.observe(spec, fakeCheckContext({ docker }))).rejects.toThrow(EnvironmentError);
  });

  it("needs an engine, and so is skipped where there is none", async () => {
    expect(localImage.needs).toEqual(["docker"]);
    await expect(localImage.observe(spec, fakeCheckContext())).rejects.toThrow(EnvironmentError);
  });
});
