import { describe, expect, it } from "vitest";
import { program } from "../../../src/checks/programs/program-spec.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import type { KubeObject, Pod } from "../../../src/kube/objects.ts";
import { nginxImage } from "../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { PatientClock, programCluster } from "../../support/lab-programs.ts";

const wanted = { image: nginxImage, memory: "128Mi" };
const name = "labctl-program-word0";
const ref = { kind: "Pod", namespace: "labctl-system", name };

function running(object: KubeObject): Pod {
  const pod = object as Pod;
  const conditions = [{ type: "Ready", status: "True" as const }];
  return {
    ...pod,
    spec: { ...pod.spec, nodeName: "worker-1" },
    status: { phase: "Running", podIP: "10.244.9.9", conditions },
  };
}

function setUp(...objects: readonly KubeObject[]) {
  const kube = new FakeKube(objects, { onCreate: (object, fake) => fake.add(running(object)) });
  return { kube, runners: fakeCheckContext({ kube }).runners };
}

/** Has somebody else change the pod. */
function change(kube: FakeKube, over: (pod: Pod) => Partial<Pod>): void {
  const made = kube.objects.get(`Pod labctl-system/${name}`) as Pod;
  kube.add({ ...made, ...over(made) });
}

const changes: [string, (pod: Pod) => Partial<Pod>, string][] = [
  ["another of its name", ({ metadata }) => ({ metadata: { ...metadata, uid: "other" } }), "another object"],
  [
    "one with a container that was put into it",
    ({ spec }) => ({ spec: { ...spec, ephemeralContainers: [{ name: "debug" }] } }),
    "its spec was changed, at spec.ephemeralContainers",
  ],
  [
    "one that was changed, and changed back",
    ({ metadata }) => ({ metadata: { ...metadata, generation: 3 } }),
    "changed back",
  ],
];

describe("runner", () => {
  it.each(changes)("runs nothing in %s", async (_, over, message) => {
    const { kube, runners } = setUp();
    await runners.open(wanted);
    change(kube, over);
    await expect(runners.open(wanted)).rejects.toThrow(message);
  });

  it.each(changes)("does not stand by what was said in %s", async (_, over, message) => {
    const { kube, runners } = setUp();
    const runner = await runners.open(wanted);
    await runners.confirm(runner);
    change(kube, over);
    await expect(runners.confirm(runner)).rejects.toThrow(message);
  });

  it("does not stand by what was said in one that is gone, or that it gave up itself", async () => {
    const { kube, runners } = setUp();
    const runner = await runners.open(wanted);
    kube.forget(ref);
    await expect(runners.confirm(runner)).rejects.toThrow("was removed while it was needed");
    await runners.discard(runner);
    await expect(runners.confirm(runner)).rejects.toThrow("was given up");
  });

  it("removes all of them at the end, though the API server refuses one", async () => {
    const { kube, runners } = setUp();
    const runner = await runners.open(wanted);
    const other = await runners.open({ ...wanted, memory: "64Mi" });
    const remove = kube.remove.bind(kube);
    kube.remove = (ref) =>
      ref.name === runner.name
        ? Promise.reject(new EnvironmentError({ message: "refused", hint: "again" }))
        : remove(ref);
    await expect(runners[Symbol.asyncDispose]()).rejects.toThrow("refused");
    expect([...kube.objects.keys()]).toEqual([`Pod labctl-system/${runner.name}`]);
    expect(other.name).not.toBe(runner.name);
  });

  it("opens none that is stored otherwise than it was sent, removes it, and names what may have rewritten it", async () => {
    const webhook = { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration" };
    const { kube, runners } = setUp({ ...webhook, metadata: { name: "sidecars" } });
    kube.behaviour.admit = (object) => {
      const { spec } = object as Pod;
      return { ...object, spec: { ...spec, containers: [...spec.containers, { name: "sidecar" }] } };
    };
    const error = await runners.open(wanted).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({
      message: expect.stringContaining("MutatingWebhookConfiguration sidecars") as string,
      lastSeen: expect.stringContaining("at spec.containers;") as string,
    });
    expect(kube.writes.at(-1)).toBe(`remove Pod labctl-system/${name}`);
  });
});

describe("program", () => {
  it("is not believed where somebody else has put another pod in the place of its own meanwhile", async () => {
    const file = "checks/answers.py";
    const { kube } = programCluster({
      [file]: async function* () {
        change(kube, ({ metadata }) => ({ metadata: { ...metadata, uid: "other" } }));
        yield { done: true };
        return 0;
      },
    });
    const spec = program.spec.parse({ kind: "program", run: ["python3", file], image: nginxImage });
    const context = fakeCheckContext({ kube, clock: new PatientClock() });
    await expect(program.observe(spec, context)).rejects.toThrow("another object of the same name");
  });
});
