import { createWriteStream } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import Dockerode from "dockerode";
import { ImageName } from "../images/image-name.ts";
import { followBuild } from "./build-events.ts";
import { engineRefusal, isMissing, isNotModified, unlessMissing } from "./docker-errors.ts";
import type { BuildRequest, ContainerFacts, ContainerSpec, Docker, LocalImage, OnDetail } from "./docker.ts";
import { jsonLines } from "./json-lines.ts";
import { firstFile } from "./docker-archive.ts";
import { followTransfer } from "./transfer-events.ts";

/** Talks to the engine behind a unix socket; opens no connection before it is asked something. */
export function createDocker(socketPath: string): Docker {
  return new DockerEngineApi(new Dockerode({ socketPath }), socketPath);
}

class DockerEngineApi implements Docker {
  readonly #api: Dockerode;
  readonly #socketPath: string;

  constructor(api: Dockerode, socketPath: string) {
    this.#api = api;
    this.#socketPath = socketPath;
  }

  async images(): Promise<readonly LocalImage[]> {
    const images = await this.#ask("list its images", () => this.#api.listImages());
    return images.map((image) => ({
      id: image.Id,
      tags: image.RepoTags ?? [],
      digests: image.RepoDigests ?? [],
      labels: (image.Labels as Record<string, string> | null) ?? {},
      sizeBytes: image.Size,
    }));
  }

  async build(request: BuildRequest, onDetail: OnDetail, signal?: AbortSignal): Promise<void> {
    const context = new AbortController();
    request.context.once("error", (cause) => {
      context.abort(cause);
    });
    const abortSignal = signal ? AbortSignal.any([signal, context.signal]) : context.signal;
    const options: Dockerode.ImageBuildOptions = {
      t: request.tag,
      labels: { ...request.labels },
      networkmode: "none",
      rm: true,
      forcerm: true,
      version: "1",
      abortSignal,
    };
    await this.#ask(`build ${request.tag}`, async () => {
      const events = await this.#api.buildImage(request.context, options);
      await followBuild(jsonLines(events), request.tag, onDetail);
    });
  }

  async pull(reference: string, onDetail: OnDetail, signal?: AbortSignal): Promise<void> {
    const failure = {
      message: `${reference} could not be pulled.`,
      hint: "Where no container registry is in reach, build the images instead: labctl up --images packages",
    };
    await this.#ask(`pull ${reference}`, async () => {
      const events = await this.#api.pull(reference, signal ? { abortSignal: signal } : {});
      await followTransfer(jsonLines(events), failure, onDetail);
    });
  }

  async push(reference: string, onDetail: OnDetail, signal?: AbortSignal): Promise<string> {
    const failure = {
      message: `${reference} could not be pushed.`,
      hint: "Bring the registry back with: labctl up",
    };
    const name = ImageName.parse(reference);
    const options = { tag: name.tag ?? "latest", authconfig: {}, ...(signal && { abortSignal: signal }) };
    return this.#ask(`push ${reference}`, async () => {
      const events = await this.#api.getImage(name.repository).push(options);
      const digest = await followTransfer(jsonLines(events), failure, onDetail);
      if (digest === undefined) throw new Error("the push ended without a manifest digest");
      return digest;
    });
  }

  async tag(image: string, reference: string): Promise<void> {
    const name = ImageName.parse(reference);
    const options = { repo: name.repository, tag: name.tag ?? "latest" };
    await this.#ask(`tag ${image} as ${reference}`, () => this.#api.getImage(image).tag(options));
  }

  async removeUnusedImage(id: string): Promise<void> {
    // A refusal means that a container or another image still needs it; nothing is lost by leaving it.
    await this.#api
      .getImage(id)
      .remove()
      .catch(() => undefined);
  }

  async save(references: readonly string[], file: string): Promise<void> {
    const query = references.map((reference) => `names=${encodeURIComponent(reference)}`).join("&");
    await this.#ask(`save ${references.join(", ")}`, async () => {
      // docker-modem cuts the last character off a path that has a query of its own.
      await pipeline(await this.#get(`/images/get?${query}&`), createWriteStream(file));
    });
  }

  async readFile(image: string, path: string): Promise<Buffer | undefined> {
    return this.#ask(`read ${path} of ${image}`, async () => {
      const container = await this.#api.createContainer({ Image: image, Cmd: ["none"] });
      try {
        const archive = await unlessMissing(container.getArchive({ path }));
        return archive && (await firstFile(archive));
      } finally {
        await container.remove();
      }
    });
  }

  async container(name: string): Promise<ContainerFacts | undefined> {
    const found = await this.#ask(`look at container ${name}`, () =>
      unlessMissing(this.#api.getContainer(name).inspect()),
    );
    if (!found) return undefined;
    return {
      id: found.Id,
      running: found.State.Running,
      labels: found.Config.Labels,
      networks: Object.keys(found.NetworkSettings.Networks),
    };
  }

  async runContainer(spec: ContainerSpec): Promise<void> {
    await this.#ask(`run container ${spec.name}`, async () => {
      for (const volume of spec.volumes) {
        await this.#api.createVolume({ Name: volume.name, Labels: { ...spec.labels } });
      }
      const container = await this.#api.createContainer(createOptions(spec));
      await container.start();
    });
  }

  async startContainer(name: string): Promise<void> {
    await this.#ask(`start container ${name}`, () =>
      this.#api.getContainer(name).start().catch(ignoreNotModified),
    );
  }

  async exec(
    name: string,
    command: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    return this.#ask(`run ${command.join(" ")} in container ${name}`, async () => {
      const streams = { AttachStdout: true, AttachStderr: true };
      const exec = await this.#api.getContainer(name).exec({ Cmd: [...command], ...streams });
      const stream = await exec.start({});
      const collected = new PassThrough();
      this.#api.modem.demuxStream(stream, collected, collected);
      stream.once("end", () => collected.end());
      const output = await text(collected);
      return { exitCode: (await exec.inspect()).ExitCode ?? 1, output };
    });
  }

  async stopContainer(name: string): Promise<void> {
    await this.#ask(`stop container ${name}`, () =>
      unlessMissing(this.#api.getContainer(name).stop().catch(ignoreNotModified)),
    );
  }

  async removeContainer(name: string): Promise<void> {
    await this.#ask(`remove container ${name}`, () =>
      unlessMissing(this.#api.getContainer(name).remove({ force: true })),
    );
  }

  async removeVolume(name: string): Promise<void> {
    await this.#ask(`remove volume ${name}`, () => unlessMissing(this.#api.getVolume(name).remove()));
  }

  async networkExists(name: string): Promise<boolean> {
    const found = await this.#ask(`look at network ${name}`, () =>
      unlessMissing(this.#api.getNetwork(name).inspect()),
    );
    return found !== undefined;
  }

  async connect(network: string, container: string): Promise<void> {
    await this.#ask(`connect ${container} to network ${network}`, () =>
      this.#api.getNetwork(network).connect({ Container: container }),
    );
  }

  /** dockerode has no call for several images in one archive. */
  async #get(path: string): Promise<NodeJS.ReadableStream> {
    return new Promise((resolve, reject) => {
      this.#api.modem.dial(
        { path, method: "GET", isStream: true, statusCodes: { 200: true } },
        (error: unknown, stream: unknown) => {
          if (error) reject(error instanceof Error ? error : new Error("the request was refused"));
          else resolve(stream as NodeJS.ReadableStream);
        },
      );
    });
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw engineRefusal({ error, what, socketPath: this.#socketPath });
    }
  }
}

function createOptions(spec: ContainerSpec): Dockerode.ContainerCreateOptions {
  const port = (container: number): string => `${String(container)}/tcp`;
  return {
    name: spec.name,
    Image: spec.image,
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...spec.labels },
    ExposedPorts: Object.fromEntries(spec.ports.map(({ container }) => [port(container), {}])),
    HostConfig: {
      RestartPolicy: { Name: spec.restart },
      Mounts: spec.volumes.map(({ name, path }) => ({ Type: "volume", Source: name, Target: path })),
      PortBindings: Object.fromEntries(
        spec.ports.map(({ host, container }) => [
          port(container),
          [{ HostIp: "127.0.0.1", HostPort: String(host) }],
        ]),
      ),
    },
  };
}

function ignoreNotModified(error: unknown): void {
  if (!isNotModified(error) && !isMissing(error)) throw error;
}
