import type { ChartSource } from "../../src/charts/chart-source.ts";
import type { ClusterFacts } from "../../src/cluster/cluster.ts";
import { defaultPorts, type EngineFacts } from "../../src/engine/engine.ts";
import type { ImageStatus } from "../../src/images/images.ts";
import { UsageError } from "../../src/errors.ts";
import { FakeDocker } from "./fake-docker.ts";
import type { Platform, PlatformChoice } from "../../src/platform.ts";
import type { Manifest } from "../../src/registry/registry.ts";

/** A platform whose state a test sets, and which keeps what was asked of it: `cluster.stop`. */
export class FakePlatform {
  readonly asked: string[] = [];
  readonly docker = new FakeDocker();
  engineFacts: EngineFacts = { kind: "private", running: true, version: "20.10.24" };
  clusterFacts: ClusterFacts = {
    state: "running",
    nodes: [{ name: "labctl-control-plane", role: "control-plane", running: true, startedAt: new Date(0) }],
  };
  imageList: readonly ImageStatus[] = [
    {
      name: "nginx-1.22.1",
      repository: "nginx:1.22.1",
      recipeDigest: "sha256:1",
      state: "current",
      digests: [`localhost:5001/nginx@sha256:${"a".repeat(64)}`],
      sizeBytes: 126e6,
      debian: { day: "2026-01-01T00:00:00.000Z" },
    },
    { name: "node", recipeDigest: "sha256:2", state: "missing", digests: [] },
  ];
  digests: Readonly<Record<string, string>> = { "nginx:1.22.1": `sha256:${"a".repeat(64)}` };
  chartSource: ChartSource = "own";
  /** By repository and tag: `charts/dask:0.1.0`. */
  readonly manifests = new Map<string, Manifest>();
  /** The kubeconfig of the cluster. */
  kubeconfig = "/nowhere/kubeconfig";

  build(choice: PlatformChoice): Platform {
    const note = async (text: string): Promise<void> => void this.asked.push(text);
    return {
      choice,
      ports: { ...defaultPorts, ...choice.ports },
      engineChoice: { value: "private", why: "no Docker answers" },
      imageSource: { value: "packages", why: "no container registry answers" },
      chartSource: { value: choice.charts ?? this.chartSource, why: "own is the default" },
      engine: {
        kind: this.engineFacts.kind,
        socketPath: "/run/labctl/docker.sock",
        observe: async () => this.engineFacts,
        ensure: async () => {
          await note("engine.ensure");
          return this.engineFacts;
        },
        stop: () => note("engine.stop"),
        remove: () => note("engine.remove"),
        inNetwork: (command) => command,
      },
      images: {
        list: async () => this.imageList,
        require: async (names) => {
          const strange = names.find((name) => !this.imageList.some((image) => image.name === name));
          if (strange !== undefined) {
            throw new UsageError({ message: `There is no image "${strange}".`, hint: "labctl images list" });
          }
        },
        removeAll: () => note("images.removeAll"),
        ensure: (names, _progress, { refresh = false } = {}) =>
          note(`images.ensure ${names.join(" ")}${refresh ? " anew" : ""}`),
        packages: async (names) => {
          const version = "1.22.1-9+deb12u3";
          const nginx = { name: "nginx", source: "nginx", version, architecture: "amd64" };
          return names.map((name) => ({ name, suite: "bookworm", packages: [nginx] }));
        },
        ensurePushed: async (names) => {
          await note(`images.ensurePushed ${names.join(" ")}`);
          return names.map((name) => ({ reference: `localhost:5001/${name}`, digest: "sha256:0" }));
        },
      },
      registry: {
        host: "localhost:5001",
        container: "labctl-registry",
        login: async () => ({ username: "labctl", password: "secret" }),
        connect: (network) => note(`registry.connect ${network}`),
        observe: async () => ({ running: this.engineFacts.running }),
        ensure: () => note("registry.ensure"),
        digest: async (repository) => this.digests[repository],
        manifest: async (repository) => this.manifests.get(repository),
        removeTags: (repository) => note(`registry.removeTags ${repository}`),
        stop: () => note("registry.stop"),
        remove: () => note("registry.remove"),
      },
      cluster: {
        name: choice.cluster,
        kubeconfig: this.kubeconfig,
        observe: async () => this.clusterFacts,
        ensure: () => note("cluster.ensure"),
        stop: () => note("cluster.stop"),
        remove: () => note("cluster.remove"),
        trustRegistry: (host, { container }) => note(`cluster.trustRegistry ${host} ${container}`),
        stopNode: (name) => note(`cluster.stopNode ${name}`),
        startNode: async (name) => {
          await note(`cluster.startNode ${name}`);
          return 0;
        },
      },
      docker: this.docker,
      ensureTools: (names) => note(`tools ${names.join(" ")}`.trim()),
    };
  }
}
