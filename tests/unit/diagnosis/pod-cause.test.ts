import { describe, expect, it } from "vitest";
import { podCause } from "../../../src/diagnosis/pod-cause.ts";
import type { KubeEvent, Pod } from "../../../src/kube/objects.ts";
import { namespace, nginxDigest, nginxImage, pod } from "../../support/cluster-objects.ts";
import { FakeKube } from "../../support/fake-kube.ts";

type ContainerState = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

/** A pod that is not Ready, with its one container in this state. */
function sick(state: Partial<ContainerState>, image = nginxImage): Pod {
  const base = pod({ name: "web", image, ready: false });
  const status = { name: "main", ready: false, restartCount: 0, image, imageID: "", ...state };
  return { ...base, status: { ...base.status, phase: "Pending", containerStatuses: [status] } };
}

const waiting = (reason: string, message?: string) => ({
  state: { waiting: { reason, ...(message ? { message } : {}) } },
});

function event(reason: string, message: string): KubeEvent {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: reason, namespace },
    involvedObject: { kind: "Pod", name: "web", uid: "uid-web" },
    reason,
    message,
  };
}

function explain(of: Pod, ...events: readonly KubeEvent[]) {
  const kube = new FakeKube(events);
  kube.logText.set(`${namespace}/web/main`, "bind: address already in use\n");
  return podCause({ kube, imageDigests: { [nginxImage]: nginxDigest } }, of);
}

describe("podCause", () => {
  it("knows a tag that the lab registry does not have", async () => {
    const said = "failed to pull: localhost:5001/nginx:1.22: not found";
    const cause = await explain(sick(waiting("ImagePullBackOff", said), "localhost:5001/nginx:1.22"));
    expect(cause).toEqual({
      reason: "image-not-found",
      actual: "ImagePullBackOff",
      message:
        "Pod web cannot pull its image localhost:5001/nginx:1.22: the registry localhost:5001 has no such image or tag. " +
        "What is there: localhost:5001/nginx:1.22.1.",
      next: "kubectl -n lab-test describe pod web",
    });
  });

  it("reads the reason from the events where the status has only the back-off", async () => {
    const back = sick(waiting("ImagePullBackOff", "Back-off pulling image"), "localhost:5001/nginx:9");
    const cause = await explain(back, event("Failed", "Failed to pull image: manifest unknown"));
    expect(cause.message).toContain("has no such image or tag");
  });

  it.each(["nginx:1.22.1", "docker.io/library/nginx:1.22.1", "library/nginx:1.22.1"])(
    "knows that %s is another registry's",
    async (image) => {
      const cause = await explain(sick(waiting("ErrImagePull"), image));
      expect(cause.message).toBe(
        `Pod web cannot pull its image ${image}: it names docker.io, but the lab's images are in the registry ` +
          "localhost:5001. Here it is localhost:5001/nginx:1.22.1.",
      );
    },
  );

  it("knows a name that is none", async () => {
    const cause = await explain(sick(waiting("InvalidImageName"), "Nginx Latest"));
    expect(cause.message).toContain('"Nginx Latest" is not the name of an image');
  });

  it("tells a crash with its exit code and the last line of the log", async () => {
    const crashing = {
      ...waiting("CrashLoopBackOff"),
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    };
    expect(await explain(sick(crashing))).toEqual({
      reason: "crash-looping",
      actual: "CrashLoopBackOff",
      message:
        "Container main of pod web ends with exit code 1 as soon as it starts. " +
        "The last line of its log: bind: address already in use",
      next: "kubectl -n lab-test logs web -c main --previous",
    });
  });

  it("tells a container that was out of memory", async () => {
    const killed = { state: { terminated: { exitCode: 137, reason: "OOMKilled" } } };
    expect((await explain(sick(killed))).message).toContain(
      "exit code 137 (OOMKilled: it used more memory than its limit)",
    );
  });

  it("tells what the scheduler says", async () => {
    const base = pod({ name: "web", node: "", ready: false });
    const condition = {
      type: "PodScheduled",
      status: "False" as const,
      message: "0/3 nodes are available: 3 Insufficient cpu.",
    };
    const cause = await explain({ ...base, status: { phase: "Pending", conditions: [condition] } });
    expect(cause).toMatchObject({
      actual: "Pending",
      message: "Pod web is Pending, since no node takes it: 0/3 nodes are available: 3 Insufficient cpu.",
    });
  });

  it("names the probe that fails, with what the kubelet saw", async () => {
    const base = sick({ state: { running: {} } });
    const probe = { httpGet: { path: "/ready", port: 8080 } };
    const probed = { ...base, spec: { ...base.spec, containers: [{ name: "main", readinessProbe: probe }] } };
    const cause = await explain(
      probed,
      event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    );
    expect(cause.message).toBe(
      "Container main of pod web fails its readiness probe (GET /ready on port 8080). " +
        "Readiness probe failed: HTTP probe failed with statuscode: 503.",
    );
  });

  it("tells a Secret that is missing, a volume that does not mount, and a mere start", async () => {
    const config = await explain(sick(waiting("CreateContainerConfigError", 'secret "db" not found')));
    expect(config.message).toBe(
      'Container main of pod web cannot start: CreateContainerConfigError. secret "db" not found.',
    );
    const creating = sick(waiting("ContainerCreating"));
    expect((await explain(creating, event("FailedMount", "no volume"))).message).toBe(
      "Pod web cannot start: no volume.",
    );
    expect((await explain(creating)).message).toContain("still starting");
  });

  it("looks at init containers, and takes the success of one for none", async () => {
    const base = sick(waiting("PodInitializing"));
    const init = { name: "main", ready: false, restartCount: 1, image: nginxImage, imageID: "" };
    const done = { ...init, state: { terminated: { exitCode: 0, reason: "Completed" } } };
    const failed = { ...init, state: { terminated: { exitCode: 2, reason: "Error" } } };
    const withInit = (status: typeof init) => ({
      ...base,
      status: { ...base.status, initContainerStatuses: [status] },
    });
    expect((await explain(withInit(done))).message).toContain("still starting");
    expect((await explain(withInit(failed))).message).toContain("exit code 2");
  });
});
