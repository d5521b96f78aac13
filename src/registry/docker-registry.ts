import type { Clock } from "../clock.ts";
import type { ContainerSpec, Docker } from "../docker/docker.ts";
import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import { digestOf } from "../oci/content-digest.ts";
import { localTag } from "../oci/local-tag.ts";
import type { Progress } from "../terminal/progress.ts";
import { registryContent, type RegistryContent } from "./registry-content.ts";
import { registryRequest, type Fetch } from "./registry-request.ts";
import type { Manifest, Registry } from "./registry.ts";

export interface RegistryParts {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly cluster: string;
  /** On 127.0.0.1, in the engine's network and of this machine. */
  readonly port: number;
  readonly signal?: AbortSignal;
  readonly fetch?: Fetch;
}

const image = localTag("registry");
const containerPort = 5000;
const answersWithinMs = 30_000;
/** The Docker network of kind's nodes, which pull from the registry under its container's name. */
const nodeNetwork = "kind";
const specLabel = "labctl.dev/spec";

export function createRegistry(parts: RegistryParts): Registry {
  return new DockerRegistry(parts);
}

class DockerRegistry implements Registry {
  readonly host: string;
  readonly container: string;
  readonly #parts: RegistryParts;
  readonly #content: RegistryContent;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.host = `localhost:${String(parts.port)}`;
    this.#content = registryContent(this.host, (method, path) => this.#request(method, path));
    this.container = parts.cluster === "labctl" ? "labctl-registry" : `labctl-registry-${parts.cluster}`;
  }

  async observe(): Promise<{ readonly running: boolean }> {
    const container = await this.#parts.docker.container(this.container);
    return { running: container?.running === true && (await this.#answers()) };
  }

  async ensure(progress: Progress): Promise<void> {
    const spec = await this.#spec();
    const found = await this.#parts.docker.container(this.container);
    const fits = found?.labels[specLabel] === spec.labels[specLabel];
    if (!(fits && found?.running === true && (await this.#answers()))) {
      await progress.step(`Registry at ${this.host}`, async () => {
        if (!fits) await this.#parts.docker.removeContainer(this.container);
        if (fits) await this.#parts.docker.startContainer(this.container);
        else await this.#parts.docker.runContainer(spec);
        await this.#waitForAnswer();
      });
    }
    if (await this.#parts.docker.networkExists(nodeNetwork)) await this.connect(nodeNetwork);
  }

  async connect(network: string): Promise<void> {
    const found = await this.#parts.docker.container(this.container);
    if (!found?.networks.includes(network)) await this.#parts.docker.connect(network, this.container);
  }

  digest(repository: string): Promise<string | undefined> {
    return this.#content.digest(repository);
  }

  manifest(repository: string): Promise<Manifest | undefined> {
    return this.#content.manifest(repository);
  }

  removeTags(repository: string): Promise<void> {
    return this.#content.removeTags(repository);
  }

  async stop(): Promise<void> {
    await this.#parts.docker.stopContainer(this.container);
  }

  async remove(): Promise<void> {
    await this.#parts.docker.removeContainer(this.container);
    await this.#parts.docker.removeVolume(this.container);
  }

  /** What the container has to be; a digest of it is among its labels, so that a difference is seen at one look. */
  async #spec(): Promise<ContainerSpec> {
    const images = await this.#parts.docker.images();
    const found = images.find(({ tags }) => tags.includes(image));
    if (!found) {
      throw new EnvironmentError({
        message: "The lab registry has no image to run from.",
        lastSeen: `the engine has no ${image}`,
        hint: "Build it with: labctl images build registry",
      });
    }
    const spec = {
      name: this.container,
      image: found.id,
      // By environment: published images and Debian's keep their configuration files in different places.
      env: {
        REGISTRY_HTTP_ADDR: `:${String(containerPort)}`,
        REGISTRY_STORAGE_DELETE_ENABLED: "true",
        REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: "/var/lib/registry",
      },
      volumes: [{ name: this.container, path: "/var/lib/registry" }],
      ports: [{ host: this.#parts.port, container: containerPort }],
      restart: "always" as const,
    };
    const labels = { "labctl.dev/role": "registry", "labctl.dev/cluster": this.#parts.cluster };
    return { ...spec, labels: { ...labels, [specLabel]: digestOf(spec) } };
  }

  async #waitForAnswer(): Promise<void> {
    const wait = createWait(this.#parts.clock, undefined);
    const { done } = await wait({
      observe: async () => ({ done: await this.#answers(), value: undefined }),
      withinMs: answersWithinMs,
      everyMs: 200,
      ...(this.#parts.signal && { signal: this.#parts.signal }),
    });
    if (done) return;
    throw new EnvironmentError({
      message: `The registry at ${this.host} does not answer.`,
      lastSeen: `container ${this.container} was started ${String(answersWithinMs / 1000)} s ago`,
      hint: `See why with: docker logs ${this.container} (in labctl shell)`,
    });
  }

  async #answers(): Promise<boolean> {
    return this.#request("GET", "/v2/").then(
      (answer) => answer.ok,
      () => false,
    );
  }

  async #request(method: string, path: string): Promise<Response> {
    const { port, fetch, signal } = this.#parts;
    return registryRequest({ port, method, path, ...(fetch && { fetch }), ...(signal && { signal }) });
  }
}
