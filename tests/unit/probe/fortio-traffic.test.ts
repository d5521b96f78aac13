import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createWait } from "../../../src/wait.ts";
import { createFortioTraffic } from "../../../src/probe/fortio-traffic.ts";
import { parseFortioReport } from "../../../src/probe/fortio-report.ts";
import { loadPodObject } from "../../../src/probe/load-pod.ts";
import { removeOwnObjects } from "../../../src/probe/own-objects.ts";
import { recordPushedImages } from "../../../src/records/pushed-images.ts";
import type { KubeObject, Pod } from "../../../src/kube/objects.ts";
import { nginxDigest } from "../../support/cluster-objects.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeKube, type FakeKubeBehaviour } from "../../support/fake-kube.ts";

const options = { url: "http://10.96.0.10:80/", namespace: "lab-test", perSecond: 50 };
const name = "labctl-load-lab-test-w0";
const image = "localhost:5001/load:1.75.3";
const ref = { kind: "Pod", namespace: "labctl-system", name };
const isReady = (ready: boolean) => ({
  type: "Ready",
  status: ready ? ("True" as const) : ("False" as const),
});

/** The pod as it stands, in another phase. */
function inPhase(object: KubeObject, phase: string, ready = phase === "Running"): Pod {
  const sent = object as Pod;
  const status = { phase, podIP: "10.244.0.9", conditions: [isReady(ready)] };
  return { ...sent, spec: { ...sent.spec, nodeName: "labctl-control-plane" }, status };
}
const left = (lab: string) => loadPodObject({ ...options, namespace: lab }, { image, word: "old" });
const log = `load: 50 requests a second to http://10.96.0.10:80/
{"codes":{"200":1990,"503":7,"-1":3},"startedAt":"2026-01-01T01:00:00.5+01:00","durationNs":40000000000}
`;
const report = {
  requests: 2000,
  failures: 10,
  kinds: ["7 × status 503", "3 × no answer"],
  startedAt: "2026-01-01T00:00:00.500Z",
  durationMs: 40_000,
};

function setUp(behaviour: FakeKubeBehaviour = {}, change: Changes = {}) {
  const kube = new FakeKube([], {
    onCreate: (object, fake) => fake.add(inPhase(object, "Running")),
    onExec: () => {
      const running = kube.objects.get(`Pod labctl-system/${name}`);
      if (running) kube.add({ ...inPhase(running, "Succeeded"), ...change.atTheEnd?.(running) });
      return { exitCode: 0, stdout: "", stderr: "" };
    },
    ...behaviour,
  });
  kube.logText.set(`labctl-system/${name}`, log);
  const wait = createWait(new FakeClock(), kube);
  return { kube, traffic: createFortioTraffic({ kube, wait, image, word: () => "w0" }) };
}

/** What somebody else does to the pod. */
interface Changes {
  readonly atTheEnd?: (object: KubeObject) => Partial<KubeObject>;
}

describe("fortio-report", () => {
  it("counts what is not 2xx, and what got no answer", () => {
    expect(parseFortioReport(log)).toEqual({ ...report, kinds: expect.arrayContaining(report.kinds) as [] });
  });

  it("is nothing while there is no report, or half of one", () => {
    expect(parseFortioReport("load: 50 requests a second\n")).toBeUndefined();
    expect(parseFortioReport('{"codes":{"200":')).toBeUndefined();
    expect(parseFortioReport('{"codes":5}')).toBeUndefined();
  });
});

describe("fortio-traffic", () => {
  it("runs a pod of its own, ends it, counts, and removes it, once", async () => {
    const { kube, traffic } = setUp();
    const running = await traffic.start(options);
    expect(kube.writes).toEqual([`create Pod labctl-system/${name}`]);
    expect(await running.stop()).toMatchObject({ requests: 2000, failures: 10 });
    expect(await running.stop()).toMatchObject({ requests: 2000 });
    expect(kube.writes.slice(1)).toEqual([`remove Pod labctl-system/${name}`]);
  });

  it("runs the image that labctl pushed, whatever is pushed under its name afterwards", async () => {
    const { kube, traffic } = setUp();
    await recordPushedImages(kube, [{ reference: image, digest: nginxDigest }]);
    await traffic.start(options);
    const made = kube.objects.get(`Pod labctl-system/${name}`) as Pod;
    expect(made.spec.containers[0]?.image).toBe(`localhost:5001/load@${nginxDigest}`);
  });

  it("leaves what a killed labctl left to whoever puts right, who finds it by its label", async () => {
    const { kube, traffic } = setUp();
    kube.add(left("lab-test"), left("lab-other"));
    await (await traffic.start(options)).stop();
    expect(kube.writes).toEqual([`create Pod labctl-system/${name}`, `remove Pod labctl-system/${name}`]);
    expect(await removeOwnObjects(kube, "lab-test")).toBe(1);
    expect(kube.writes.at(-1)).toBe("remove Pod labctl-system/labctl-load-lab-test-old");
  });

  it("is an outage when the pod does not start, and tells why", async () => {
    const { kube, traffic } = setUp({
      onCreate: (object, fake) => fake.add({ ...inPhase(object, "Pending", false), spec: object["spec"] }),
    });
    const error = await traffic.start(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ lastSeen: expect.stringContaining("on no node") as string });
    expect(kube.writes.at(-1)).toBe(`remove Pod labctl-system/${name}`);
  });

  it("is an outage when the pod is lost, and the count with it", async () => {
    const { kube, traffic } = setUp({
      onExec: () => {
        kube.forget(ref);
        throw new EnvironmentError({ message: "no such pod", hint: "labctl status" });
      },
    });
    const running = await traffic.start(options);
    await expect(running.stop()).rejects.toThrow(EnvironmentError);
  });

  it("is an outage when the pod does not end, whatever its log says by then", async () => {
    const { traffic } = setUp({ onExec: () => ({ exitCode: 0, stdout: "", stderr: "" }) });
    const running = await traffic.start(options);
    await expect(running.stop()).rejects.toThrow("the count of the requests");
  });

  it("is an outage when somebody else has told the pod to end", async () => {
    const { kube, traffic } = setUp();
    const running = await traffic.start(options);
    const made = kube.objects.get(`Pod labctl-system/${name}`);
    if (made) kube.add(inPhase(made, "Succeeded"));
    await expect(running.stop()).rejects.toThrow("ended before labctl told it to");
    expect(kube.writes.at(-1)).toBe(`remove Pod labctl-system/${name}`);
  });

  it.each<[string, Changes["atTheEnd"], string]>([
    [
      "another of its name",
      ({ metadata }) => ({ metadata: { ...metadata, uid: "other" } }),
      "another object",
    ],
    [
      "one whose image was changed",
      ({ spec }) => {
        const { containers } = spec as Pod["spec"];
        return { spec: { ...(spec as object), containers: [{ ...containers[0], image: "nginx" }] } };
      },
      "its spec was changed, at spec.containers[0].image",
    ],
  ])("counts nothing that %s says", async (_, atTheEnd, seen) => {
    const { kube, traffic } = setUp({}, { atTheEnd });
    const running = await traffic.start(options);
    await expect(running.stop()).rejects.toThrow(seen);
    expect(kube.writes.at(-1)).toBe(`remove Pod labctl-system/${name}`);
  });

  it("counts nothing that one says which takes its place while its log is read", async () => {
    const { kube, traffic } = setUp();
    const running = await traffic.start(options);
    const logs = kube.logs.bind(kube);
    kube.logs = (pod) => {
      const made = kube.objects.get(`Pod labctl-system/${name}`);
      if (made) kube.add({ ...made, metadata: { ...made.metadata, uid: "other" } });
      return logs(pod);
    };
    await expect(running.stop()).rejects.toThrow("another object of the same name");
  });

  it("starts nothing that is stored otherwise than it was sent, and removes it", async () => {
    const { kube, traffic } = setUp({
      admit: (object) => ({ ...object, spec: { ...(object["spec"] as object), hostNetwork: true } }),
    });
    await expect(traffic.start(options)).rejects.toThrow("at spec.hostNetwork");
    expect(kube.writes.at(-1)).toBe(`remove Pod labctl-system/${name}`);
  });
});
