import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import type { ExecOutput } from "../../../src/kube/kube.ts";
import type { Pod } from "../../../src/kube/objects.ts";
import { recordPushedImages } from "../../../src/records/pushed-images.ts";
import { canaryStep } from "../../../src/steps/canary-step.ts";
import { canaryPod } from "../../support/canary-pod.ts";
import { pod } from "../../support/cluster-objects.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
/** Details that the step showed. */
let shown: string[];

beforeEach(async () => {
  world = await FakeWorld.create();
  world.kube.behaviour.onExec = () => served;
  shown = [];
});

afterEach(() => world[Symbol.asyncDispose]());

const served: ExecOutput = { exitCode: 0, stdout: "", stderr: "" };
const step = { detail: (text: string) => void shown.push(text), title: () => undefined };
const isDone = () => canaryStep.isDone(fakeStepContext(world));
const ensure = () => canaryStep.ensure(fakeStepContext(world), step);

const canary = (worker: number, ready = true): Pod =>
  canaryPod(`canary-${worker}`, { node: `labctl-worker${worker}`, ready });

describe("is done", () => {
  it("when a ready canary of each worker is served", async () => {
    world.kube.add(canary(1), canary(2));
    expect(await isDone()).toBe(true);
  });

  it("not before there is one on each worker", async () => {
    world.kube.add(canary(1));
    expect(await isDone()).toBe(false);
  });

  it("not while one of them is not served: asked now, whatever its readiness says", async () => {
    world.kube.add(canary(1), canary(2));
    world.kube.behaviour.onExec = ({ name }) => (name === "canary-2" ? { ...served, exitCode: 28 } : served);
    expect(await isDone()).toBe(false);
  });

  it("not while a node refuses to run the question", async () => {
    world.kube.add(canary(1), canary(2));
    world.kube.behaviour.onExec = () => {
      throw new EnvironmentError({ message: "container not found", hint: "labctl status" });
    };
    expect(await isDone()).toBe(false);
  });

  it("not by a canary that is not as its manifest says: an earlier labctl's, or somebody else's", async () => {
    const { spec, ...other } = canary(2);
    const [container] = spec.containers;
    const soft = { ...container, name: "canary", securityContext: {} };
    world.kube.add(canary(1), { ...other, spec: { ...spec, containers: [soft] } });
    expect(await isDone()).toBe(false);
  });

  it("not by a canary that is on its way out", async () => {
    const leaving = canary(2);
    const metadata = { ...leaving.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    world.kube.add(canary(1), { ...leaving, metadata });
    expect(await isDone()).toBe(false);
  });
});

describe("ensure", () => {
  it("applies the canary and waits until it is served on each worker", async () => {
    world.kube.behaviour.onApply = ({ kind }, kube) => {
      if (kind === "DaemonSet") kube.add(canary(1), canary(2));
    };
    await ensure();
    expect(world.kube.writes).toEqual([
      "apply Namespace /labctl-system",
      "apply DaemonSet labctl-system/canary",
    ]);
  });

  it("has the canaries of an earlier labctl, and those of an earlier image, made anew", async () => {
    const { spec, ...soft } = canary(1);
    const [container] = spec.containers;
    const earlier = { ...soft, spec: { ...spec, containers: [{ name: "canary", ...container, args: [] }] } };
    world.kube.add(earlier, canary(2));
    world.kube.behaviour.onRemove = (_, kube) => void kube.add(canary(1), canary(2));
    await ensure();
    expect(world.kube.writes.at(-1)).toBe("remove Pod labctl-system/canary-1");
    const image = "localhost:5001/probe:1";
    await recordPushedImages(world.kube, [{ reference: image, digest: `sha256:${"e".repeat(64)}` }]);
    world.kube.behaviour.onRemove = undefined;
    await ensure().catch(() => undefined);
    expect(world.kube.writes.slice(-2).sort()).toEqual([
      "remove Pod labctl-system/canary-1",
      "remove Pod labctl-system/canary-2",
    ]);
  });

  it("shows what it waits for", async () => {
    world.kube.add(canary(1), canary(2, false));
    await ensure().catch(() => undefined);
    expect(shown).toContain("1 of 2 canary pods are ready");
  });

  it("has kube-proxy write its rules anew on a node whose canary stays unserved, once", async () => {
    const labels = { "k8s-app": "kube-proxy" };
    const proxy = (worker: number) =>
      pod({ name: `proxy-${worker}`, namespace: "kube-system", labels, node: `labctl-worker${worker}` });
    world.kube.add(canary(1), canary(2, false), proxy(1), proxy(2));
    world.kube.behaviour.onRemove = (_, kube) => void kube.add(canary(2));
    await ensure();
    expect(world.kube.writes.filter((write) => write.startsWith("remove"))).toEqual([
      "remove Pod kube-system/proxy-2",
    ]);
  });

  it("names the pods that were never served, and the command that shows more", async () => {
    world.kube.add(canary(1), canary(2));
    world.kube.behaviour.onExec = ({ name }) => (name === "canary-2" ? { ...served, exitCode: 28 } : served);
    const late = await ensure().catch((error: unknown) => error);
    expect(late).toBeInstanceOf(EnvironmentError);
    expect(late).toMatchObject({
      message: "The cluster labctl does not serve its pods yet, after 240 s.",
      lastSeen: "canary-2 on labctl-worker2 is not served",
      hint: "kubectl --kubeconfig /nowhere/kubeconfig get pods --all-namespaces",
    });
  });
});
