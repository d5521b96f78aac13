import type { Clock } from "../clock.ts";
import type { ContainerSpec, Docker } from "../docker/docker.ts";
import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import { digestOf } from "../oci/content-digest.ts";
import { localTag } from "../oci/local-tag.ts";
import type { Progress } from "../terminal/progress.ts";
import { haveLogins, writeLogins, type ClientLogins } from "./client-logins.ts";
import { inAnyRegistry, registryContent, type RegistryContent } from "./registry-content.ts";
import {
  authorization,
  ensureRegistryLogin,
  passwordLine,
  readRegistryLogin,
  type RegistryLogin,
} from "./registry-login.ts";
import { registryRequest, type Fetch } from "./registry-request.ts";
import type { Manifest, Registry } from "./registry.ts";

export interface RegistryParts {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly cluster: string;
  /** On 127.0.0.1, in the engine's network and of this machine. */
  readonly port: number;
  /** labctl's own folder, where the login is. */
  readonly home: string;
  /** The folder of the user's own Docker configuration. */
  readonly userDocker: string;
  /** So many bytes nobody can guess, as lower-case hex. */
  readonly random: (bytes: number) => string;
  readonly signal?: AbortSignal;
  readonly fetch?: Fetch;
}

const image = localTag("registry");
const containerPort = 5000;
const answersWithinMs = 30_000;
/** In the container: what the registry keeps, and whom it lets in. */
const dataFolder = "/var/lib/registry";
const passwords = { folder: "/etc", name: "registry.htpasswd" };
/** The Docker network of kind's nodes, which pull from the registry under its container's name. */
const nodeNetwork = "kind";
const specLabel = "labctl.dev/spec";
/** Tells whom the container lets in, and gives nobody the word. */
const loginLabel = "labctl.dev/login";

export function createRegistry(parts: RegistryParts): Registry {
  return new DockerRegistry(parts);
}

class DockerRegistry implements Registry {
  readonly host: string;
  readonly container: string;
  readonly #parts: RegistryParts;
  readonly #content: RegistryContent;
  readonly #clients: ClientLogins;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.host = `localhost:${String(parts.port)}`;
    this.#clients = { home: parts.home, host: this.host, userDocker: parts.userDocker };
    this.#content = registryContent(this.host, (method, path) => this.#request(method, path));
    this.container = parts.cluster === "labctl" ? "labctl-registry" : `labctl-registry-${parts.cluster}`;
  }

  async observe(): Promise<{ readonly running: boolean }> {
    const login = await readRegistryLogin(this.#parts.home);
    const container = await this.#parts.docker.container(this.container);
    if (login === undefined || container?.running !== true) return { running: false };
    const fits = container.labels[loginLabel] === digestOf(login);
    return { running: fits && (await haveLogins(this.#clients, login)) && (await this.#answers()) };
  }

  login(): Promise<RegistryLogin> {
    return ensureRegistryLogin(this.#parts.home, this.#parts.random);
  }

  async ensure(progress: Progress): Promise<void> {
    const login = await this.login();
    if (!(await haveLogins(this.#clients, login))) await writeLogins(this.#clients, login);
    const spec = await this.#spec(login);
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

  async removeTags(repository: string): Promise<void> {
    const { path } = inAnyRegistry(repository);
    const manifests = `${dataFolder}/docker/registry/v2/repositories/${path}/_manifests`;
    const { exitCode, output } = await this.#parts.docker.exec(this.container, [
      "rm",
      "-rf",
      "--",
      manifests,
    ]);
    if (exitCode === 0) return;
    throw new EnvironmentError({
      message: `The tags of ${repository} could not be removed from the registry at ${this.host}.`,
      lastSeen: output.trim(),
      hint: "Bring it back with: labctl up",
    });
  }

  async stop(): Promise<void> {
    await this.#parts.docker.stopContainer(this.container);
  }

  async remove(): Promise<void> {
    await this.#parts.docker.removeContainer(this.container);
    await this.#parts.docker.removeVolume(this.container);
  }

  /** What the container has to be; a digest of it is among its labels, so that a difference is seen at one look. */
  async #spec(login: RegistryLogin): Promise<ContainerSpec> {
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
        REGISTRY_AUTH: "htpasswd",
        REGISTRY_AUTH_HTPASSWD_REALM: "The lab registry",
        REGISTRY_AUTH_HTPASSWD_PATH: `${passwords.folder}/${passwords.name}`,
        REGISTRY_HTTP_ADDR: `:${String(containerPort)}`,
        REGISTRY_STORAGE_DELETE_ENABLED: "false",
        REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: dataFolder,
      },
      files: [{ ...passwords, text: await passwordLine(login) }],
      volumes: [{ name: this.container, path: dataFolder }],
      ports: [{ host: this.#parts.port, container: containerPort }],
      restart: "always" as const,
    };
    const labels = {
      "labctl.dev/role": "registry",
      "labctl.dev/cluster": this.#parts.cluster,
      [loginLabel]: digestOf(login),
    };
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
    const login = authorization(await this.login());
    return registryRequest({
      port,
      method,
      path,
      authorization: login,
      ...(fetch && { fetch }),
      ...(signal && { signal }),
    });
  }
}
