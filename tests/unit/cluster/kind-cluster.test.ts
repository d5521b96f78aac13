import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KindCluster } from "../../../src/cluster/kind-cluster.ts";
import { EnvironmentError, UsageError } from "../../../src/errors.ts";
import { FakeDocker } from "../../support/fake-docker.ts";
import { FakeExec } from "../../support/fake-exec.ts";
import { FakePlatform } from "../../support/fake-platform.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

const nodes = ["labctl-control-plane", "labctl-worker", "labctl-worker2"];
const ports = { api: 6443, http: 8080, https: 8443, registry: 5001 };
const { engine } = new FakePlatform().build({
  cluster: "labctl",
  engine: "private",
  images: "packages",
  ports,
});

/** An engine, and a kind that makes and deletes three containers on it. */
class Place {
  readonly docker = new FakeDocker();
  readonly progress = new RecordingProgress();
  readonly exec = new FakeExec((command) => this.#kind(command));
  readonly cluster: KindCluster;
  /** Whether the control plane carries the marker of a creation that came to its end. */
  isComplete = false;
  /** The last words of a kind that fails. */
  failure: string | undefined;

  constructor(home: string) {
    const { docker, exec } = this;
    docker.onExec = (_container, command) => this.#inNode(command);
    const places = { home, project: home, labs: home, labFiles: home };
    const parts = { name: "labctl", exec, places, engine, docker, ports, nodeImage: "labctl/node:latest" };
    this.cluster = new KindCluster(parts);
  }

  /** A cluster as an earlier run left it. */
  found({ running = true, names = nodes, isComplete = true, hasKubeconfig = true } = {}): void {
    this.isComplete = isComplete;
    this.#addNodes(names, running);
    if (hasKubeconfig) this.#write(this.cluster.kubeconfig, "as it was");
  }

  /** What was asked of kind: `create cluster`. */
  get kind(): readonly string[] {
    return this.exec.ran.map((line) => line.split(" ").slice(1, 3).join(" "));
  }

  #addNodes(names: readonly string[], running: boolean): void {
    for (const name of names) {
      const spec = {
        name,
        image: "node",
        env: {},
        labels: {},
        volumes: [],
        ports: [],
        restart: "no",
      } as const;
      const state = { running, startedAt: new Date(0), exitCode: 0 };
      const facts = { id: name, imageId: "node", image: "node", ...state, labels: {}, networks: ["kind"] };
      this.docker.containers.set(name, { ...facts, spec });
    }
  }

  #inNode(command: readonly string[]) {
    if (command[0] === "touch") this.isComplete = true;
    if (command[0] === "journalctl") return { output: "kubelet: no space left on device\n" };
    return { exitCode: command[0] === "test" && !this.isComplete ? 1 : 0 };
  }

  #kind(command: readonly string[]) {
    const verb = command[1] ?? "";
    if (verb === "delete") {
      this.docker.containers.clear();
      this.isComplete = false;
    }
    if (verb === "create") this.#addNodes(nodes, true);
    if (verb === "create" && this.failure !== undefined) return { exitCode: 1, stderr: this.failure };
    if (verb !== "delete") this.#write(command[command.indexOf("--kubeconfig") + 1] ?? "", `by ${verb}`);
    return {};
  }

  #write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

let folder: Awaited<ReturnType<typeof projectFolder>>;
let place: Place;

beforeEach(async () => {
  folder = await projectFolder({});
  place = new Place(folder.path);
});

afterEach(() => folder[Symbol.asyncDispose]());

describe("observe", () => {
  it("is absent without a node", async () => {
    expect(await place.cluster.observe()).toEqual({ state: "absent", nodes: [] });
  });

  it("is running with all three, the first of them the control plane", async () => {
    place.found();
    const { state, nodes: found } = await place.cluster.observe();
    expect(state).toBe("running");
    expect(found.map(({ role }) => role)).toEqual(["control-plane", "worker", "worker"]);
  });

  it("is stopped as soon as one does not run", async () => {
    place.found();
    await place.docker.stopContainer("labctl-worker");
    expect((await place.cluster.observe()).state).toBe("stopped");
  });
});

describe("ensure", () => {
  it("creates what is absent: own kubeconfig, own node image, and a marker once all is done", async () => {
    await place.cluster.ensure(place.progress);
    const [line = ""] = place.exec.ran;
    expect(place.kind).toEqual(["create cluster"]);
    expect(line).toContain(`--kubeconfig ${place.cluster.kubeconfig}.new`);
    expect(line).toContain("--image labctl/node:latest --retain");
    expect(place.exec.options[0]?.env).toMatchObject({ DOCKER_HOST: `unix://${engine.socketPath}` });
    expect(await readFile(place.cluster.kubeconfig, "utf8")).toBe("by create");
    expect(place.docker.asked.at(-1)).toBe("exec labctl-control-plane touch /kind/labctl-complete");
  });

  it("writes what kind was told next to the kubeconfig", async () => {
    await place.cluster.ensure(place.progress);
    const config = await readFile(join(dirname(place.cluster.kubeconfig), "kind.yaml"), "utf8");
    expect(config).toContain("apiServerPort: 6443");
  });

  it("does nothing to a whole cluster", async () => {
    place.found();
    await place.cluster.ensure(place.progress);
    expect([place.kind, place.progress.said]).toEqual([[], []]);
  });

  it("starts the nodes that do not run, and no other", async () => {
    place.found();
    await place.docker.stopContainer("labctl-worker2");
    await place.cluster.ensure(place.progress);
    expect(place.docker.asked.filter((line) => line.startsWith("start"))).toEqual(["start labctl-worker2"]);
    expect(place.kind).toEqual([]);
  });

  it.each([true, false])(
    "creates anew what was cut off before its end (nodes running: %s)",
    async (running) => {
      place.found({ isComplete: false, hasKubeconfig: false, running });
      await place.cluster.ensure(place.progress);
      expect(place.kind).toEqual(["delete cluster", "create cluster"]);
      expect((await place.cluster.observe()).state).toBe("running");
      expect(place.isComplete).toBe(true);
    },
  );

  it("creates anew what was cut off before it had a control plane", async () => {
    place.found({ isComplete: false, hasKubeconfig: false, names: ["labctl-worker"] });
    await place.cluster.ensure(place.progress);
    expect(place.kind).toEqual(["delete cluster", "create cluster"]);
  });

  it("says which node was lost, and deletes nothing by itself", async () => {
    place.found({ names: ["labctl-control-plane", "labctl-worker"] });
    await expect(place.cluster.ensure(place.progress)).rejects.toMatchObject({
      message: "The cluster labctl has lost a node, and cannot be given a new one.",
      lastSeen: "there is no container labctl-worker2",
    });
    expect(place.kind).toEqual([]);
  });

  it("exports a kubeconfig that was lost", async () => {
    place.found({ hasKubeconfig: false });
    await place.cluster.ensure(place.progress);
    expect(place.exec.ran[0]).toContain(
      `export kubeconfig --kubeconfig ${place.cluster.kubeconfig} --name labctl`,
    );
    expect(await readFile(place.cluster.kubeconfig, "utf8")).toBe("by export");
  });
});

describe("a creation that fails", () => {
  it("says kind's last lines, and saves the control plane's journal in a file that it names", async () => {
    place.failure = "ERROR: failed to init node with kubeadm";
    const failed = await place.cluster.ensure(place.progress).catch((error: unknown) => error);
    const journal = join(folder.path, "logs", "labctl-control-plane.log");
    expect(failed).toBeInstanceOf(EnvironmentError);
    expect(failed).toMatchObject({
      message: "kind could not create the cluster labctl.",
      lastSeen: "ERROR: failed to init node with kubeadm",
      hint: expect.stringContaining(journal) as string,
    });
    expect(await readFile(journal, "utf8")).toBe("kubelet: no space left on device\n");
  });

  it("leaves no kubeconfig, and is begun anew by the next run", async () => {
    place.failure = "ERROR";
    await place.cluster.ensure(place.progress).catch(() => undefined);
    await expect(readFile(place.cluster.kubeconfig)).rejects.toThrow("ENOENT");
    place.failure = undefined;
    await place.cluster.ensure(place.progress);
    expect(place.kind).toEqual(["create cluster", "delete cluster", "create cluster"]);
  });

  it("keeps its own words where there is no journal to be had", async () => {
    place.failure = "ERROR: no such image";
    place.docker.refused.add("exec labctl-control-plane journalctl --no-pager --lines 2000");
    await expect(place.cluster.ensure(place.progress)).rejects.toMatchObject({
      lastSeen: "ERROR: no such image",
    });
  });
});

it("stop stops the nodes that run, and says nothing where none does", async () => {
  place.found();
  await place.cluster.stop(place.progress);
  expect(place.docker.asked).toEqual(nodes.map((name) => `stop ${name}`));
  place.progress.said.length = 0;
  await place.cluster.stop(place.progress);
  expect(place.progress.said).toEqual([]);
});

it("remove deletes the nodes and the kubeconfig, and needs no kind where there are none", async () => {
  place.found();
  await place.cluster.remove(place.progress);
  await expect(readFile(place.cluster.kubeconfig)).rejects.toThrow("ENOENT");
  await place.cluster.remove(place.progress);
  expect(place.kind).toEqual(["delete cluster"]);
});

const registry = { container: "labctl-registry", authorization: "Basic bGFiY3RsOnNlY3JldA==" };

it("trustRegistry names the node that takes no file", async () => {
  place.found();
  place.docker.onExec = () => ({ exitCode: 1, output: "No space left on device\n" });
  await expect(place.cluster.trustRegistry("localhost:5001", registry)).rejects.toMatchObject({
    lastSeen: "/etc/containerd/certs.d/localhost:5001/hosts.toml: No space left on device",
  });
});

it("trustRegistry writes containerd's file for the host on every node", async () => {
  place.found();
  await place.cluster.trustRegistry("localhost:15001", registry);
  expect(place.docker.asked).toHaveLength(3);
  for (const [index, line] of place.docker.asked.entries()) {
    expect(line).toContain(`exec ${nodes[index]} sh -ec`);
    expect(line).toContain("/etc/containerd/certs.d/localhost:15001/hosts.toml");
    expect(line).toContain('[host."http://labctl-registry:5000"]');
    expect(line).toContain('Authorization = "Basic bGFiY3RsOnNlY3JldA=="');
  }
});

describe("one node, for an experiment", () => {
  it("is stopped and started", async () => {
    place.found();
    await place.cluster.stopNode("labctl-worker2");
    await place.cluster.startNode("labctl-worker2");
    expect(place.docker.asked).toEqual(["stop labctl-worker2", "start labctl-worker2"]);
  });

  it("is one of the cluster's own, or is refused", async () => {
    place.found();
    const refused = await place.cluster.stopNode("labctl-registry").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused).toMatchObject({ lastSeen: `its nodes: ${nodes.join(", ")}` });
    expect(place.docker.asked).toEqual([]);
  });
});
