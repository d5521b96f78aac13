import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createWait } from "../../../src/wait.ts";
import type { KubeObject, Pod } from "../../../src/kube/objects.ts";
import { join } from "node:path";
import { createPodProbe } from "../../../src/probe/pod-probe.ts";
import { probePodObject } from "../../../src/probe/probe-pod.ts";
import { recordPushedImages } from "../../../src/records/pushed-images.ts";
import { nginxDigest, pod } from "../../support/cluster-objects.ts";
import { canaryPod } from "../../support/canary-pod.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeKube, type FakeKubeBehaviour } from "../../support/fake-kube.ts";

const image = "localhost:5001/probe:1";
const canary = join(import.meta.dirname, "..", "..", "..", "manifests", "canary");
const sent = probePodObject(image) as Pod;
const [container] = sent.spec.containers;
/** As the API server stores it, and a kubelet runs it. */
const filled = { ...container, imagePullPolicy: "IfNotPresent", terminationMessagePolicy: "File" };
const spec = {
  ...sent.spec,
  containers: [filled],
  nodeName: "labctl-control-plane",
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  serviceAccountName: "default",
  tolerations: [
    ...(sent.spec.tolerations ?? []),
    { key: "node.kubernetes.io/not-ready", operator: "Exists" },
  ],
} as Pod["spec"];
const running: Pod = { ...pod({ name: "labctl-probe", namespace: "labctl-system", image }), spec };
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
  return { kube, execs, probe: createPodProbe({ kube, wait, image, canary, boundary: () => "word" }) };
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

  it("makes it when it is missing, once for all calls", async () => {
    const { kube, probe } = setUp([], { onApply: becomeReady });
    await Promise.all([probe.resolve("web"), probe.resolve("web")]);
    expect(kube.writes).toEqual(["apply Namespace /labctl-system", "apply Pod labctl-system/labctl-probe"]);
  });

  it("replaces one that has ended or has another image", async () => {
    const failed: Pod = { ...running, status: { ...running.status, phase: "Failed" } };
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
    ["files that can be written", { containers: [{ ...container, securityContext: {} }] }],
    ["another user", { securityContext: { runAsUser: 0 } }],
    ["processes of the node", { hostPID: true }],
    ["no place of its own", { affinity: undefined }],
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

  it("replaces one that is not of the image that labctl pushed, or runs another than it says", async () => {
    const pushed = [{ reference: image, digest: nginxDigest }];
    const pinned = probePodObject(`localhost:5001/probe@${nginxDigest}`) as Pod;
    const good = { ...running, spec: { ...pinned.spec, nodeName: "labctl-control-plane" } };
    const { kube, probe } = setUp([good]);
    await recordPushedImages(kube, pushed);
    kube.writes.length = 0;
    await probe.resolve("web");
    expect(kube.writes).toEqual([]);
    const [status] = running.status?.containerStatuses ?? [];
    const imageID = `localhost:5001/probe@sha256:${"e".repeat(64)}`;
    const containerStatuses = status ? [{ ...status, imageID }] : [];
    for (const other of [running, { ...good, status: { ...running.status, containerStatuses } }]) {
      const { kube, probe } = setUp([other], {
        onApply: (object, kube) => object.kind === "Pod" && kube.add(good),
      });
      await recordPushedImages(kube, pushed);
      kube.writes.length = 0;
      await probe.resolve("web");
      expect(kube.writes[0]).toBe("remove Pod labctl-system/labctl-probe");
    }
  });

  it("is made anew where an earlier labctl made it, that could be written to", async () => {
    const earlier = pod({ name: "labctl-probe", namespace: "labctl-system", image, ports: [] });
    const { kube, probe } = setUp([earlier], { onApply: becomeReady });
    await probe.resolve("web");
    expect(kube.writes).toEqual([
      "remove Pod labctl-system/labctl-probe",
      "apply Namespace /labctl-system",
      "apply Pod labctl-system/labctl-probe",
    ]);
  });

  it.each<[string, Partial<Pod>, string]>([
    [
      "another of its name",
      { metadata: { ...running.metadata, uid: "other" } },
      "another object of the same name",
    ],
    [
      "one that was changed",
      { spec: { ...running.spec, hostAliases: [] } as Pod["spec"] },
      "its spec was changed",
    ],
    [
      "one that was changed, and changed back",
      { metadata: { ...running.metadata, generation: 3 } },
      "its spec was changed, and changed back",
    ],
    [
      "one that is on its way out",
      { metadata: { ...running.metadata, deletionTimestamp: "now" } },
      "was removed",
    ],
  ])("believes no answer of %s, and asks a good one the next time", async (_, change, message) => {
    let isSwapped = false;
    const { kube, probe } = setUp([running], {
      onApply: becomeReady,
      onExec: () => {
        if (!isSwapped) kube.add({ ...running, ...change });
        isSwapped = true;
        return { exitCode: 0, stdout: answer, stderr: "" };
      },
    });
    const requests = [{ url: "http://10.96.0.10/" }];
    await expect(probe.request(requests)).rejects.toThrow(message);
    expect(await probe.request(requests)).toMatchObject([{ status: 200 }]);
  });

  it("is an outage when what is stored is not what was sent, and names what may have rewritten it", async () => {
    const policy = { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingAdmissionPolicy" };
    const admit = (object: KubeObject): KubeObject =>
      object.kind === "Pod" ? { ...object, spec: { ...(object["spec"] as object), hostPID: true } } : object;
    const { kube, probe } = setUp([{ ...policy, metadata: { name: "rewrite" } }], {
      admit,
      onApply: becomeReady,
    });
    const error = await probe.resolve("web").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({
      lastSeen:
        "the API server stored something else than was sent, at spec.hostPID; these may rewrite what is sent: MutatingAdmissionPolicy rewrite",
    });
    expect(kube.writes).toContain("apply Pod labctl-system/labctl-probe");
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

describe("pod-probe, asking from a worker", () => {
  const requests = [{ url: "http://172.18.0.2:30080/" }];

  it("asks from a Ready canary that is as its manifest says, and is an outage without one", async () => {
    const asked: string[] = [];
    const onExec: FakeKubeBehaviour["onExec"] = ({ name }) => {
      asked.push(name);
      return { exitCode: 0, stdout: answer, stderr: "" };
    };
    const asleep = canaryPod("canary-0", { ready: false });
    const { probe } = setUp([asleep, canaryPod("canary-1")], { onExec });
    expect(await probe.requestFromWorker(requests)).toMatchObject([{ status: 200 }]);
    expect(asked).toEqual(["canary-1"]);
    await expect(setUp([asleep]).probe.requestFromWorker(requests)).rejects.toThrow(EnvironmentError);
  });

  it.each<[string, Partial<Pod["spec"]>]>([
    ["an init container", { initContainers: [{ name: "first" }] }],
    ["a container that was put into it", { ephemeralContainers: [{ name: "debug" }] }],
    ["a volume", { volumes: [{ name: "curl" }] }],
    ["another image", { containers: [{ name: "canary", image: "nginx" }] }],
  ])("asks from none with %s", async (_, change) => {
    const good = canaryPod("canary-1");
    const { probe } = setUp([{ ...good, spec: { ...good.spec, ...change } }]);
    await expect(probe.requestFromWorker(requests)).rejects.toThrow("as labctl made it");
  });

  it("asks from none that runs something else under its image's name than labctl pushed", async () => {
    const { kube, probe } = setUp([canaryPod("canary-1")]);
    await recordPushedImages(kube, [{ reference: image, digest: `sha256:${"e".repeat(64)}` }]);
    await expect(probe.requestFromWorker(requests)).rejects.toThrow("as labctl made it");
  });

  it("believes no answer of one that was swapped meanwhile", async () => {
    const good = canaryPod("canary-1");
    const { kube, probe } = setUp([good], {
      onExec: () => {
        kube.add({ ...good, metadata: { ...good.metadata, uid: "other" } });
        return { exitCode: 0, stdout: answer, stderr: "" };
      },
    });
    await expect(probe.requestFromWorker(requests)).rejects.toThrow("another object of the same name");
  });
});
