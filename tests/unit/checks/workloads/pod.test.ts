import { describe, expect, it } from "vitest";
import { pod as podKind } from "../../../../src/checks/workloads/pod-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Container, Pod } from "../../../../src/kube/objects.ts";
import { deployment, nginxDigest, nginxImage, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page, refused, type Answer } from "../../../support/fake-probe.ts";
import { FakeRegistry } from "../../../support/fake-registry.ts";

const image = "localhost:5001/my-image:1.0";
const digest = `sha256:${"d".repeat(64)}`;
const echo: Answer = ({ url }) => page(`You asked for ${new URL(url).pathname}`);

interface Look {
  readonly objects?: readonly Pod[];
  readonly answer?: Answer;
  /** What the registry has under the image's name. */
  readonly pushed?: string | undefined;
}

function look(spec: Readonly<Record<string, unknown>>, { objects = [], answer = echo, pushed }: Look = {}) {
  const registry = new FakeRegistry();
  if (pushed !== undefined) registry.manifests.set("my-image:1.0", { digest: pushed, config: undefined });
  const parts = { kube: new FakeKube(objects), probe: new FakeProbe(answer), registry };
  return podKind.observe(podKind.spec.parse({ kind: "pod", ...spec }), fakeCheckContext(parts));
}

describe("pod by its name", () => {
  const spec = { name: "web", labels: { app: "web" }, answers: { port: 80 } };
  const web = pod({ name: "web", labels: { app: "web", by: "hand" } });

  it("passes when it is Ready, labelled and answers", async () => {
    expect(await look(spec, { objects: [web] })).toEqual([]);
  });

  it("fails when there is none, and names one that slipped into default", async () => {
    expect(await look(spec)).toMatchObject([{ object: "Pod/web", actual: "not found" }]);
    const [finding] = await look(spec, { objects: [pod({ name: "web", namespace: "default" })] });
    expect(finding?.message).toContain("there is one in default, which does not count");
  });

  it("fails where nothing of it runs, whatever its status says", async () => {
    const kube = new FakeKube([web]);
    kube.hollowNodes.set("worker-1", "node worker-1 is not Ready");
    const context = fakeCheckContext({ kube, probe: new FakeProbe(echo) });
    const [finding] = await podKind.observe(podKind.spec.parse({ kind: "pod", ...spec }), context);
    expect(finding?.message).toBe(
      "Pod web says that it is Ready, but nothing of it runs: node worker-1 is not Ready.",
    );
  });

  it("fails with another image than the one that labctl gave, even where that was pushed under its name", async () => {
    const given = { ...spec, image: nginxImage };
    const registry = new FakeRegistry();
    registry.manifests.set("nginx:1.22.1", { digest, config: undefined });
    const observe = (its: Pod) =>
      podKind.observe(
        podKind.spec.parse({ kind: "pod", ...given }),
        fakeCheckContext({ kube: new FakeKube([its]), probe: new FakeProbe(echo), registry }),
      );
    expect(await observe(web)).toEqual([]);
    const pushed = pod({ name: "web", labels: { app: "web" }, digest });
    expect((await observe(pushed))[0]?.message).toContain("runs another image than the registry has");
    const other = pod({ name: "web", labels: { app: "web" }, digest, image: "localhost:5001/lab-app:1" });
    expect((await observe(other))[0]?.message).toBe(
      "Pod web does not run localhost:5001/nginx:1.22.1, but localhost:5001/lab-app:1.",
    );
  });

  it("fails with the cause when it is not Ready", async () => {
    const broken = pod({ name: "web", image: "localhost:5001/nginx:1.22.11", ready: false });
    const waiting = { name: "main", ready: false, restartCount: 0, image: "", imageID: "" };
    const state = { waiting: { reason: "ImagePullBackOff", message: "not found" } };
    const stuck = { ...broken, status: { ...broken.status, containerStatuses: [{ ...waiting, state }] } };
    const [finding] = await look(spec, { objects: [stuck] });
    expect(finding).toMatchObject({ expected: "Ready", actual: "ImagePullBackOff" });
    expect(finding?.message).toContain("What is there: localhost:5001/nginx:1.22.1");
  });

  it("fails while it is being deleted, or has no such label", async () => {
    const metadata = { ...web.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    expect(await look(spec, { objects: [{ ...web, metadata }] })).toMatchObject([{ actual: "terminating" }]);
    const other = pod({ name: "web", labels: { run: "web" } });
    expect(await look(spec, { objects: [other] })).toMatchObject([
      { path: "metadata.labels", message: "Pod web does not carry the label app=web; it carries run=web." },
    ]);
  });

  it("fails when nothing listens, and waits for what listens late", async () => {
    expect(await look(spec, { objects: [web], answer: () => refused })).toMatchObject([
      {
        actual: "connection refused, as if nothing listened there",
        next: "kubectl -n lab-test logs web --all-containers",
      },
    ]);
    let asked = 0;
    const late: Answer = () => (++asked < 3 ? refused : page("here"));
    expect(await look(spec, { objects: [web], answer: late })).toEqual([]);
  });

  it("fails with the cause when it was Ready for a moment only, since it ends again and again", async () => {
    const kube = new FakeKube([web]);
    const lastState = { terminated: { exitCode: 0 } };
    const waiting = { name: "main", ready: false, restartCount: 2, image: "", imageID: "", lastState };
    const state = { waiting: { reason: "CrashLoopBackOff" } };
    const ended = pod({ name: "web", labels: { app: "web" }, ready: false });
    const probe = new FakeProbe(() => {
      kube.add({ ...ended, status: { ...ended.status, containerStatuses: [{ ...waiting, state }] } });
      return refused;
    });
    const parsed = podKind.spec.parse({ kind: "pod", ...spec });
    const [finding] = await podKind.observe(parsed, fakeCheckContext({ kube, probe }));
    expect(finding?.message).toContain(
      "Container main of pod web ends with exit code 0 as soon as it starts.",
    );
  });

  it("has to have a name or an image", () => {
    expect(podKind.spec.safeParse({ kind: "pod" }).success).toBe(false);
  });
});

describe("pod by its image", () => {
  const spec = { image, answers: { port: 9000, echoes: true } };
  const mine = (name: string, of = digest) => pod({ name, image, digest: of });

  it("passes with any Ready pod that runs what the registry has now, made by whomever", async () => {
    const objects = [pod({ name: "other" }), mine("mine")];
    expect(await look(spec, { objects, pushed: digest })).toEqual([]);
    const [, , ...owned] = deployment({
      name: "my-app",
      replicas: 1,
      image: "localhost:5001/my-image",
      digest,
    });
    expect(await look(spec, { objects: owned, pushed: digest })).toEqual([]);
  });

  it("fails while the registry has no such image", async () => {
    expect(await look(spec, { objects: [mine("mine")] })).toMatchObject([
      { next: "docker push localhost:5001/my-image:1.0" },
    ]);
  });

  it("fails when there is no pod, or only pods of other images", async () => {
    expect(await look(spec, { pushed: digest })).toMatchObject([{ actual: "no pod" }]);
    const [finding] = await look(spec, { objects: [pod({ name: "other" })], pushed: digest });
    expect(finding?.message).toBe(
      `No pod in namespace lab-test runs ${image}; other runs localhost:5001/nginx:1.22.1.`,
    );
  });

  it("fails when the pod runs what the name meant before", async () => {
    const objects = [pod({ name: "other" }), mine("mine", nginxDigest)];
    const [finding] = await look(spec, { objects, pushed: digest });
    expect(finding).toMatchObject({ object: "Pod/mine", actual: `${image} with another digest` });
    expect(finding?.message).toContain("imagePullPolicy: Always");
  });

  it("fails when it has a page for its own paths only", async () => {
    const answer: Answer = () => page("File not found", {}, 404);
    const [finding] = await look(spec, { objects: [mine("mine")], pushed: digest, answer });
    expect(finding?.message).toMatch(/status 200 for \/nonce\d+ was wanted, status 404 came/);
  });

  it("fails when it repeats nothing", async () => {
    const [finding] = await look(spec, {
      objects: [mine("mine")],
      pushed: digest,
      answer: () => page("Hello"),
    });
    expect(finding?.expected).toMatch(/^a page that repeats the path asked for, \/nonce/);
  });

  it("is errored where no registry can tell the digest", async () => {
    const context = fakeCheckContext({ kube: new FakeKube([mine("mine")]) });
    const parsed = podKind.spec.parse({ kind: "pod", ...spec });
    await expect(podKind.observe(parsed, context)).rejects.toThrow(EnvironmentError);
  });
});

describe("pod with a sidecar", () => {
  const spec = { name: "sidecar", containers: 2, sharedEmptyDir: true, answers: { port: 80, changes: true } };
  const mount = (name: string) => ({ volumeMounts: [{ name, mountPath: "/page" }] });
  const running = { ready: true, restartCount: 0, image: "", imageID: "", state: { running: {} } };
  let reads = 0;
  const growing: Answer = () => page("line\n".repeat(++reads));

  function pair(main: Partial<Container>, second: Partial<Container>): Pod {
    const made = pod({ name: "sidecar" });
    const containers = [
      { name: "nginx", ...main },
      { name: "writer", ...second },
    ];
    const volumes = [{ name: "page", emptyDir: {} }, { name: "other", emptyDir: {} }, { name: "token" }];
    const containerStatuses = containers.map(({ name }) => ({ name, ...running }));
    return {
      ...made,
      spec: { ...made.spec, containers, volumes },
      status: { ...made.status, containerStatuses },
    };
  }

  it("passes when two containers share an emptyDir and the page changes", async () => {
    expect(await look(spec, { objects: [pair(mount("page"), mount("page"))], answer: growing })).toEqual([]);
  });

  it("passes with a sidecar among the init containers", async () => {
    const made = pair(mount("page"), {});
    const [main] = made.spec.containers;
    const writer = { name: "writer", restartPolicy: "Always", ...mount("page") };
    const native = {
      ...made,
      spec: { ...made.spec, containers: main ? [main] : [], initContainers: [writer] },
      status: {
        ...made.status,
        containerStatuses: [{ name: "nginx", ...running }],
        initContainerStatuses: [{ name: "writer", ...running }],
      },
    };
    expect(await look(spec, { objects: [native], answer: growing })).toEqual([]);
  });

  it.each([
    ["each has a volume of its own", pair(mount("page"), mount("other"))],
    ["what they share is no emptyDir", pair(mount("token"), mount("token"))],
  ])("fails when %s", async (_what, made) => {
    expect(await look(spec, { objects: [made], answer: growing })).toMatchObject([{ path: "spec.volumes" }]);
  });

  it("fails with one container, even if it mounts the volume twice", async () => {
    const [finding, other] = await look(spec, { objects: [pod({ name: "sidecar" })], answer: growing });
    expect(finding?.message).toBe("Pod sidecar has 1 running container (main), not 2.");
    expect(other).toMatchObject({ path: "spec.volumes", actual: "no emptyDir" });
  });

  it("fails when the page stays as it is", async () => {
    const objects = [pair(mount("page"), mount("page"))];
    expect(await look(spec, { objects, answer: () => page("once") })).toMatchObject([
      { expected: "a page that changes each second", actual: "the same page for 5 s" },
    ]);
  });
});

describe("pod with an environment", () => {
  const spec = { name: "broken", env: { ORDER: "4711", STAGE: "production" } };
  const withEnv = (...env: readonly { readonly name: string; readonly value: string }[]): Pod => {
    const made = pod({ name: "broken" });
    return { ...made, spec: { ...made.spec, containers: [{ name: "main", env }] } };
  };
  const order = { name: "ORDER", value: "4711" };
  const stage = { name: "STAGE", value: "production" };

  it("passes with what was given, and more", async () => {
    expect(await look(spec, { objects: [withEnv(order, stage, { name: "LANG", value: "C" })] })).toEqual([]);
  });

  it("fails when a variable is gone or was changed", async () => {
    const [lost] = await look(spec, { objects: [withEnv(stage)] });
    expect(lost).toMatchObject({ expected: "ORDER=4711", actual: "STAGE=production" });
    const changed = await look(spec, { objects: [withEnv(order, { name: "STAGE", value: "test" })] });
    expect(changed).toMatchObject([{ expected: "STAGE=production" }]);
    expect(await look(spec, { objects: [pod({ name: "broken" })] })).toMatchObject([{ actual: "none" }]);
  });
});

it("is errored when the cluster does not answer", async () => {
  const kube = new FakeKube();
  kube.down = true;
  const spec = podKind.spec.parse({ kind: "pod", name: "web" });
  await expect(podKind.observe(spec, fakeCheckContext({ kube }))).rejects.toThrow(EnvironmentError);
});
