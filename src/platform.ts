/** What a cluster stands on, chosen once from the command line: engine, images, registry, cluster. */
import type { Cluster } from "./cluster/cluster.ts";
import type { Chosen } from "./chosen.ts";
import type { ChartSource } from "./charts/chart-source.ts";
import type { Docker } from "./docker/docker.ts";
import type { Engine, EngineKind, Ports } from "./engine/engine.ts";
import type { Images, ImageSource } from "./images/images.ts";
import type { Registry } from "./registry/registry.ts";
import type { Progress } from "./terminal/progress.ts";

/** The flags that choose it; each has an environment variable of the same name (`LABCTL_ENGINE`). */
export interface PlatformChoice {
  /** `--cluster`: the name, `labctl` by default. */
  readonly cluster: string;
  /** `--engine`: `auto` takes a Docker that answers, else the private one. */
  readonly engine: EngineKind | "auto";
  /** `--images`: `auto` takes upstream where Docker is the host's and the container registry answers. */
  readonly images: ImageSource | "auto";
  /** `--charts`, where it was given. */
  readonly charts?: ChartSource;
  /** `--api-port`, `--http-port`, `--https-port`, `--registry-port`, those that were given. */
  readonly ports: Partial<Ports>;
  /** `--context`: a cluster that labctl did not make; then there is no engine, registry or node to touch. */
  readonly context?: string;
  /** `--kubeconfig`: where that context is read from. */
  readonly kubeconfig?: string;
}

export interface Platform {
  readonly choice: PlatformChoice;
  /** Those asked for, else those that the cluster was created with, else the usual ones. */
  readonly ports: Ports;
  readonly engineChoice: Chosen<EngineKind>;
  readonly imageSource: Chosen<ImageSource>;
  /** The one asked for, else the one that `labctl up` was last told for this cluster, else own. */
  readonly chartSource: Chosen<ChartSource>;
  readonly engine: Engine;
  readonly images: Images;
  readonly registry: Registry;
  readonly cluster: Cluster;
  /** The engine's Docker; it answers while the engine runs. */
  readonly docker: Docker;
  /** Puts kind, kubectl and helm into `<labctl home>/bin`, building what is missing; already there: nothing. */
  ensureTools(names: readonly string[], progress: Progress): Promise<void>;
}
