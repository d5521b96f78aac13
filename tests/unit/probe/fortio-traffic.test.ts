import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createWait } from "../../../src/wait.ts";
import { createFortioTraffic } from "../../../src/probe/fortio-traffic.ts";
import { parseFortioReport } from "../../../src/probe/fortio-report.ts";
import { removeLoadPods } from "../../../src/probe/load-pod.ts";
import type { KubeObject } from "../../../src/kube/objects.ts";
import { pod } from "../../support/cluster-objects.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeKube, type FakeKubeBehaviour } from "../../support/fake-kube.ts";

const options = { url: "http://10.96.0.10:80/", namespace: "lab-test", perSecond: 50 };
const name = "labctl-load-lab-test";
const labels = { "app.kubernetes.io/name": "labctl-load" };
const load = (phase = "Running", ready = phase === "Running") => {
  const object = pod({ name, namespace: "labctl-system", labels, ready });
  return { ...object, status: { ...object.status, phase } };
};
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

function setUp(objects: readonly KubeObject[] = [], behaviour: FakeKubeBehaviour = {}) {
  const kube = new FakeKube(objects, {
    onApply: (_, fake) => fake.add(load()),
    onExec: () => {
      kube.add(load("Succeeded"));
      return { exitCode: 0, stdout: "", stderr: "" };
    },
    ...behaviour,
  });
  kube.logText.set(`labctl-system/${name}`, log);
  const wait = createWait(new FakeClock(), kube);
  return { kube, traffic: createFortioTraffic({ kube, wait, image: "localhost:5001/load:1.75.3" }) };
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
    expect(kube.writes).toEqual([`apply Pod labctl-system/${name}`]);
    expect(await running.stop()).toMatchObject({ requests: 2000, failures: 10 });
    expect(await running.stop()).toMatchObject({ requests: 2000 });
    expect(kube.writes.slice(1)).toEqual([`remove Pod labctl-system/${name}`]);
  });

  it("removes what a killed labctl left for this lab, and nothing of another", async () => {
    const other = pod({ name: "labctl-load-lab-other", namespace: "labctl-system", labels });
    const { kube, traffic } = setUp([load(), other]);
    await traffic.start(options);
    expect(kube.writes).toEqual([`remove Pod labctl-system/${name}`, `apply Pod labctl-system/${name}`]);
    expect(await removeLoadPods(kube)).toBe(2);
  });

  it("is an outage when the pod does not start, and tells why", async () => {
    const stuck = { ...load("Pending", false), spec: { containers: [] } };
    const { kube, traffic } = setUp([], { onApply: (_, fake) => fake.add(stuck) });
    const error = await traffic.start(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ lastSeen: expect.stringContaining("on no node") as string });
    expect(kube.writes.at(-1)).toBe(`remove Pod labctl-system/${name}`);
  });

  it("is an outage when the pod is lost, and the count with it", async () => {
    const { kube, traffic } = setUp([], {
      onExec: () => {
        kube.forget({ kind: "Pod", namespace: "labctl-system", name });
        throw new EnvironmentError({ message: "no such pod", hint: "labctl status" });
      },
    });
    const running = await traffic.start(options);
    await expect(running.stop()).rejects.toThrow(EnvironmentError);
  });
});
