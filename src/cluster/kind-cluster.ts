import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Places } from "../places.ts";
import type { ContainerFacts, Docker } from "../docker/docker.ts";
import { mebibyte } from "../bounded.ts";
import type { Engine, Ports } from "../engine/engine.ts";
import { CommandFailedError, EnvironmentError, UsageError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import { exists } from "../exists.ts";
import type { Progress, StepProgress } from "../terminal/progress.ts";
import type { Cluster, ClusterFacts, NodeRegistry } from "./cluster.ts";
import { saveClusterPorts } from "./cluster-ports.ts";
import { kindConfig } from "./kind-config.ts";
import { registryHostsFile } from "./node-files.ts";
import { controlPlaneOf } from "./running-clusters.ts";

export interface KindClusterParts {
  readonly name: string;
  readonly exec: Exec;
  readonly places: Places;
  readonly engine: Engine;
  readonly docker: Docker;
  readonly ports: Ports;
  /** The node image, as kind is given it. */
  readonly nodeImage: string;
}

/** Lines of a kubelet's journal may be long. */
const journalLimits = { maxBytes: 16 * mebibyte };

/** Written into the control plane once everything was set up: a node without it is of a creation that was cut off. */
const completeMarker = "/kind/labctl-complete";

/** A cluster made by kind: https://kind.sigs.k8s.io */
export class KindCluster implements Cluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly #parts: KindClusterParts;

  constructor(parts: KindClusterParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.kubeconfig = join(parts.places.home, "clusters", parts.name, "kubeconfig");
  }

  async observe(): Promise<ClusterFacts> {
    const names = nodeNames(this.name);
    const containers = await Promise.all(names.map((name) => this.#parts.docker.container(name)));
    const nodes = names.flatMap((name, index) => factsOf(name, containers[index]));
    if (nodes.length === 0) return { state: "absent", nodes };
    const isWhole = nodes.length === names.length && nodes.every(({ running }) => running);
    return { state: isWhole ? "running" : "stopped", nodes };
  }

  async ensure(progress: Progress): Promise<void> {
    const { state, nodes } = await this.observe();
    if (state === "stopped") await this.#start(nodes, progress);
    if (await this.#isComplete(nodes)) {
      refuseIncomplete(this.name, nodes);
      if (!(await exists(this.kubeconfig))) await this.#exportKubeconfig();
      return;
    }
    if (state !== "absent") await this.remove(progress);
    await progress.step(`Create the cluster ${this.name}`, (step) => this.#create(step));
  }

  async stop(progress: Progress): Promise<void> {
    const { nodes } = await this.observe();
    const running = nodes.filter(({ running }) => running);
    if (running.length === 0) return;
    await progress.step(`Stop the nodes of ${this.name}`, () =>
      Promise.all(running.map(({ name }) => this.#parts.docker.stopContainer(name))),
    );
  }

  async remove(progress: Progress): Promise<void> {
    const { state } = await this.observe();
    if (state !== "absent") {
      await progress.step(`Delete the cluster ${this.name}`, () =>
        this.#kind(["delete", "cluster", "--kubeconfig", `${this.kubeconfig}.new`]),
      );
    }
    await rm(dirname(this.kubeconfig), { recursive: true, force: true });
  }

  async trustRegistry(host: string, registry: NodeRegistry): Promise<void> {
    const { path, text } = registryHostsFile(host, registry);
    const put = 'umask 077 && mkdir -p "$(dirname "$1")" && rm -f "$1" && printf %s "$2" > "$1"';
    const write = ["sh", "-ec", put, "sh", path, text];
    await Promise.all(
      nodeNames(this.name).map(async (node) => {
        const { exitCode, output } = await this.#parts.docker.exec(node, write);
        if (exitCode !== 0) throw notWritten(node, path, output);
      }),
    );
  }

  async stopNode(name: string): Promise<void> {
    await this.#parts.docker.stopContainer(this.#ownNode(name));
  }

  async startNode(name: string): Promise<number> {
    const { docker } = this.#parts;
    const node = this.#ownNode(name);
    await docker.startContainer(node);
    return (await docker.container(node))?.startedAt.getTime() ?? 0;
  }

  async #start(nodes: ClusterFacts["nodes"], progress: Progress): Promise<void> {
    await progress.step(`Start the nodes of ${this.name}`, async () => {
      for (const { name, running } of nodes) if (!running) await this.#parts.docker.startContainer(name);
    });
  }

  async #create(step: StepProgress): Promise<void> {
    const facts = await this.#parts.engine.observe();
    const config = join(dirname(this.kubeconfig), "kind.yaml");
    await mkdir(dirname(config), { recursive: true });
    const { name, ports } = this.#parts;
    const { cpus = 1, memoryBytes = 0 } = facts;
    await writeFile(config, kindConfig({ name, ports, cpus, memoryBytes }));
    const created = `${this.kubeconfig}.new`;
    const create = ["create", "cluster", "--config", config, "--image", this.#parts.nodeImage, "--retain"];
    try {
      await this.#kind([...create, "--kubeconfig", created], step);
    } catch (error) {
      throw error instanceof CommandFailedError ? await this.#createFailed(error) : error;
    }
    await saveClusterPorts(this.#parts.places.home, name, ports);
    await rename(created, this.kubeconfig);
    await this.#parts.docker.exec(controlPlaneOf(name), ["touch", completeMarker]);
  }

  /** Without a control plane there is nothing to keep: kind was stopped before it had made one, or somebody removed it. */
  async #isComplete(nodes: ClusterFacts["nodes"]): Promise<boolean> {
    if (!nodes.some(({ role }) => role === "control-plane")) return false;
    const looked = await this.#parts.docker.exec(controlPlaneOf(this.name), ["test", "-e", completeMarker]);
    return looked.exitCode === 0;
  }

  async #exportKubeconfig(): Promise<void> {
    await mkdir(dirname(this.kubeconfig), { recursive: true });
    await this.#kind(["export", "kubeconfig", "--kubeconfig", this.kubeconfig]);
  }

  async #kind(args: readonly string[], step?: StepProgress): Promise<void> {
    const kind = join(this.#parts.places.home, "bin", "kind");
    await this.#parts.exec.run([kind, ...args, ...(args[0] === "create" ? [] : ["--name", this.name])], {
      env: { DOCKER_HOST: `unix://${this.#parts.engine.socketPath}`, KIND_EXPERIMENTAL_PROVIDER: undefined },
      hint: "labctl doctor",
      ...(step === undefined
        ? {}
        : {
            onLine: (line) => {
              step.detail(line.replace(/^[^\w]+/, ""));
            },
          }),
    });
  }

  async #createFailed(error: CommandFailedError): Promise<EnvironmentError> {
    const journal = join(this.#parts.places.home, "logs", `${controlPlaneOf(this.name)}.log`);
    await mkdir(dirname(journal), { recursive: true });
    const looked = await this.#parts.docker
      .exec(controlPlaneOf(this.name), ["journalctl", "--no-pager", "--lines", "2000"], journalLimits)
      .catch((reason: unknown) => ({ output: String(reason) }));
    await writeFile(journal, looked.output);
    return new EnvironmentError({
      message: `kind could not create the cluster ${this.name}.`,
      lastSeen: error.lastSeen ?? error.message,
      hint: `The control plane's journal is in ${journal}. To begin anew: labctl up`,
      cause: error,
    });
  }

  #ownNode(name: string): string {
    if (nodeNames(this.name).includes(name)) return name;
    throw new UsageError({
      message: `"${name}" is no node of the cluster ${this.name}.`,
      lastSeen: `its nodes: ${nodeNames(this.name).join(", ")}`,
      hint: "kubectl get nodes",
    });
  }
}

/** kind adds no node to a cluster that is there. */
function refuseIncomplete(cluster: string, nodes: ClusterFacts["nodes"]): void {
  const lost = nodeNames(cluster).filter((name) => !nodes.some((node) => node.name === name));
  if (lost.length === 0) return;
  throw new EnvironmentError({
    message: `The cluster ${cluster} has lost a node, and cannot be given a new one.`,
    lastSeen: `there is no container ${lost.join(", ")}`,
    hint: `To begin anew: docker rm --force ${controlPlaneOf(cluster)} (in labctl shell), then labctl up`,
  });
}

function notWritten(node: string, path: string, output: string): EnvironmentError {
  return new EnvironmentError({
    message: `Node ${node} could not be told where the lab registry is.`,
    lastSeen: `${path}: ${output.trim()}`,
    hint: "labctl up",
  });
}

/** As kind names them. */
export function nodeNames(cluster: string): readonly string[] {
  return [controlPlaneOf(cluster), `${cluster}-worker`, `${cluster}-worker2`];
}

function factsOf(name: string, container: ContainerFacts | undefined): ClusterFacts["nodes"] {
  if (container === undefined) return [];
  const { running, startedAt } = container;
  return [{ name, role: name.endsWith("-control-plane") ? "control-plane" : "worker", running, startedAt }];
}
