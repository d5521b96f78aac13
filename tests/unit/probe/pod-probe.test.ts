import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createWait } from "../../../src/wait.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { createPodProbe } from "../../../src/probe/pod-probe.ts";
import { recordPushedImages } from "../../../src/records/pushed-images.ts";
import { nginxDigest, pod } from "../../support/cluster-objects.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeKube, type FakeKubeBehaviour } from "../../support/fake-kube.ts";

const image = "localhost:5001/probe:1";
const made = pod({ name: "labctl-probe", namespace: "labctl-system", image, ports: [] });
const container = { name: "probe", image, imagePullPolicy: "IfNotPresent", terminationMessagePolicy: "File" };
const running = {
  ...made,
  spec: { ...made.spec, affinity: {}, containers: [container], dnsPolicy: "ClusterFirst" },
};
const answer = "HTTP/1.1 200 OK\r\n\r\nok\nword 0 \n";

function setUp(objects: readonly KubeObject[], behaviour: FakeKubeBehaviour = {}) {
  const execs: string[] = [];
  const kube = new FakeKube(objects, {
    onExec: (_, command) => {
      execs.push(command.join(" "));
      return {
        exitCode: 0,
        stdout: command[0] === "getent" ? "10.96.0.10 STREAM web\n10.96.0.10 DGRAM\n" : answer,
        stderr: "",
      };
    },
    ...behaviour,
  });
  const wait = createWait(new FakeClock(), kube);
  return { kube, execs, probe: createPodProbe({ kube, wait, image, boundary: () => "word" }) };
}

const becomeReady = (object: KubeObject, kube: FakeKube) => {
  if (object.kind === "Pod") kube.add(running);
};

describe("pod-probe", () => {
  it("uses the pod that is there, and writes nothing", async () => {
    const { kube, execs, probe } = setUp([running]);
    const requests = [{ url: "http://10.96.0.10/" }];
    expect(await probe.request(requests)).toEqual([{ ok: true, status: 200, headers: {}, body: "ok" }]);
    expect(kube.writes).toEqual([]);
    expect(execs).toHaveLength(1);
  });

  it("asks from a Ready canary where a worker is wanted, and is an outage without one", async () => {
    const canary = pod({ name: "canary-1", namespace: "labctl-system", labels: { app: "canary" } });
    const asleep = pod({
      name: "canary-0",
      namespace: "labctl-system",
      labels: { app: "canary" },
      ready: false,
    });
    const asked: string[] = [];
    const onExec: FakeKubeBehaviour["onExec"] = ({ name }) => {
      asked.push(name);
      return { exitCode: 0, stdout: answer, stderr: "" };
    };
    const { probe } = setUp([asleep, canary], { onExec });
    expect(await probe.requestFromWorker([{ url: "http://172.18.0.2:30080/" }])).toMatchObject([
      { status: 200 },
    ]);
    expect(asked).toEqual(["canary-1"]);
    const outage = setUp([asleep]).probe.requestFromWorker([{ url: "http://172.18.0.2:30080/" }]);
    await expect(outage).rejects.toThrow(EnvironmentError);
  });

  it("makes it when it is missing, once for all calls", async () => {
    const { kube, probe } = setUp([], { onApply: becomeReady });
    await Promise.all([probe.resolve("web"), probe.resolve("web")]);
    expect(kube.writes).toEqual(["apply Namespace /labctl-system", "apply Pod labctl-system/labctl-probe"]);
  });

  it("replaces one that has ended or has another image", async () => {
    const failed = { ...running, status: { ...running.status, phase: "Failed" } };
    const old = pod({ name: "labctl-probe", namespace: "labctl-system", image: "localhost:5001/probe:0" });
    for (const broken of [failed, old]) {
      const { kube, probe } = setUp([broken], { onApply: becomeReady });
      await probe.resolve("web");
      expect(kube.writes[0]).toBe("remove Pod labctl-system/labctl-probe");
    }
  });

  it.each([
    ["a command of its own", { containers: [{ ...container, command: ["sh"] }] }],
    ["a volume over its programs", { containers: [{ ...container, volumeMounts: [] }] }],
    ["an environment", { containers: [{ ...container, env: [] }] }],
    ["a second container", { containers: [container, container] }],
    ["one that was put into it", { ephemeralContainers: [container] }],
    ["hosts of its own", { hostAliases: [{ ip: "10.0.0.1" }] }],
    ["another name server", { dnsPolicy: "None" }],
  ])("replaces one that has its image's name and %s", async (_, over) => {
    const { kube, probe } = setUp([{ ...running, spec: { ...running.spec, ...over } }], {
      onApply: becomeReady,
    });
    await probe.resolve("web");
    expect(kube.writes[0]).toBe("remove Pod labctl-system/labctl-probe");
  });

  it("replaces one that runs something else under its image's name than labctl pushed", async () => {
    const { kube, probe } = setUp([running], { onApply: becomeReady });
    await recordPushedImages(kube, [{ reference: image, digest: nginxDigest }]);
    kube.writes.length = 0;
    await probe.resolve("web");
    expect(kube.writes).toEqual([]);
    const other = setUp([running], { onApply: becomeReady });
    await recordPushedImages(other.kube, [{ reference: image, digest: `sha256:${"e".repeat(64)}` }]);
    other.kube.writes.length = 0;
    await other.probe.resolve("web");
    expect(other.kube.writes[0]).toBe("remove Pod labctl-system/labctl-probe");
  });

  it("is an outage when it does not become Ready, and tells why", async () => {
    const stuck = pod({ name: "labctl-probe", namespace: "labctl-system", image, ready: false, node: "" });
    const { probe } = setUp([stuck], { onApply: (object, kube) => object.kind === "Pod" && kube.add(stuck) });
    const error = await probe.resolve("web").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ lastSeen: expect.stringContaining("on no node") as string });
  });

  it("gives each address once, and asks nobody for nothing", async () => {
    const { execs, probe } = setUp([running]);
    expect(await probe.resolve("web")).toEqual(["10.96.0.10"]);
    expect(await probe.request([])).toEqual([]);
    expect(execs).toEqual(["getent ahosts web"]);
  });
});
