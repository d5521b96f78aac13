import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { chooseChartSource } from "./cluster/cluster-charts.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { loadClusterPorts, refuseOtherPorts } from "./cluster/cluster-ports.ts";
import { ExistingCluster } from "./cluster/existing-cluster.ts";
import { KindCluster } from "./cluster/kind-cluster.ts";
import type { Deps } from "./deps.ts";
import { createDocker } from "./docker/docker-engine-api.ts";
import { chooseEngine } from "./engine/choose-engine.ts";
import { dockerFacts } from "./engine/docker-facts.ts";
import { defaultPorts, type Engine } from "./engine/engine.ts";
import { HostEngine } from "./engine/host-engine.ts";
import { PrivateEngine, privateSocket } from "./engine/private-engine.ts";
import { chooseImageSource } from "./images/choose-image-source.ts";
import { createImages } from "./images/docker-images.ts";
import type { Platform, PlatformChoice } from "./platform.ts";
import { createRegistry } from "./registry/docker-registry.ts";
import { ensureTools } from "./tools/host-tools.ts";

/** What kind is given as `--image`: the tag of images/node. */
const nodeImage = "labctl/node:latest";
/** Where the published node image is; any answer, a refusal included, means that it is in reach. */
const publishedImages = "https://registry-1.docker.io/v2/";

/** The real platform for a choice. Looks at the machine; starts and installs nothing. */
export async function createPlatform(
  deps: Pick<Deps, "exec" | "env" | "clock" | "places" | "signal" | "random">,
  choice: PlatformChoice,
): Promise<Platform> {
  const { exec, env, clock, places, signal } = deps;
  const { socketPath, ...engineChoice } = await chooseEngine(choice.engine, {
    exec,
    env,
    facts: dockerFacts,
    privateSocket: privateSocket(places.home),
  });
  const created = await loadClusterPorts(places.home, choice.cluster);
  if (created) refuseOtherPorts(choice.ports, created, choice.cluster);
  const ports = { ...(created ?? defaultPorts), ...choice.ports };
  const engine: Engine =
    engineChoice.value === "host"
      ? new HostEngine(socketPath)
      : new PrivateEngine({ exec, clock, places, ports, gid: userInfo().gid });
  const imageSource = await chooseImageSource(choice.images, { engine: engine.kind, registryAnswers });
  const chartSource = await chooseChartSource(places.home, choice);
  const docker = createDocker(engine.socketPath);
  const registry = createRegistry({
    docker,
    clock,
    cluster: choice.cluster,
    port: ports.registry,
    home: places.home,
    userDocker: env["DOCKER_CONFIG"] ?? join(env["HOME"] ?? homedir(), ".docker"),
    random: deps.random,
    signal,
  });
  const source = imageSource.value;
  const images = createImages({ exec, clock, env, places, docker, registry, source, signal });
  const cluster: Cluster =
    choice.context === undefined
      ? new KindCluster({ name: choice.cluster, exec, places, engine, docker, ports, nodeImage })
      : new ExistingCluster(choice.context, choice.kubeconfig);
  return {
    choice,
    ports,
    engineChoice,
    imageSource,
    chartSource,
    engine,
    images,
    registry,
    cluster,
    docker,
    ensureTools: (names, progress) => ensureTools(names, { exec, clock, env, places, signal }, progress),
  };
}

async function registryAnswers(): Promise<boolean> {
  return fetch(publishedImages, { signal: AbortSignal.timeout(3000) }).then(
    () => true,
    () => false,
  );
}
