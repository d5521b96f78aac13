/** The few things that labctl asks of a Docker Engine. `docker-engine-api.ts` does them, `FakeDocker` pretends to. */
import type { Readable } from "node:stream";

export interface LocalImage {
  /** `sha256:…` of its configuration. */
  readonly id: string;
  /** As the engine lists them: `labctl/debian-12:latest`. */
  readonly tags: readonly string[];
  /** What it was pushed or pulled as: `localhost:5001/nginx@sha256:…`. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
}

/** What an image is made of, as far as labs look at it. */
export interface ImageFacts {
  /** `sha256:…`, as containers name it. */
  readonly id: string;
  /** Digests of its layers, the lowest first: an image built on another begins with the other's. */
  readonly layers: readonly string[];
  /** What made it, as `docker history` has it, the oldest first. */
  readonly history: readonly string[];
  /** Who runs its containers; empty for root. */
  readonly user: string;
}

export interface BuildRequest {
  /** A tar archive with a `Dockerfile` at its top. */
  readonly context: Readable;
  /** The tag that the image gets once every step is done. */
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PushRequest {
  /** With the registry's host: `localhost:5001/nginx:1.22.1`. */
  readonly reference: string;
  /** What that registry asks for. */
  readonly login: { readonly username: string; readonly password: string };
}

export interface ContainerFacts {
  readonly id: string;
  /** The id of the image that it was made from, whatever that is called now. */
  readonly imageId: string;
  /** The name of that image, as whoever made the container gave it. */
  readonly image: string;
  readonly running: boolean;
  /** When it was started last. */
  readonly startedAt: Date;
  /** Of a container that has ended; 0 for one that runs. */
  readonly exitCode: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the Docker networks it is attached to. */
  readonly networks: readonly string[];
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Text files for its root alone, in folders that its image has. Left out: none. */
  readonly files?: readonly { readonly folder: string; readonly name: string; readonly text: string }[];
  /** Named volumes; made where they are missing, with the labels of the container. */
  readonly volumes: readonly { readonly name: string; readonly path: string }[];
  /** Published on 127.0.0.1 of the engine's network. */
  readonly ports: readonly { readonly host: number; readonly container: number }[];
  readonly restart: "always" | "no";
}

/** Called with one line of what the engine is doing: `Step 3/7 : COPY debs/ /debs/`, `42 of 120 MB`. */
export type OnDetail = (text: string) => void;

/**
 * Every method throws EnvironmentError when the engine does not answer or refuses, with its last words.
 * A thing that is not there is a value where the type says so.
 */
export interface Docker extends ImageCalls, ContainerCalls {}

export interface ImageCalls {
  images(): Promise<readonly LocalImage[]>;
  /** By any of its names; undefined when the engine has no such image. */
  image(reference: string): Promise<ImageFacts | undefined>;
  /**
   * Builds with the classic builder and without network.
   * @throws EnvironmentError that names the failing step and has its last lines of output.
   */
  build(request: BuildRequest, onDetail: OnDetail, signal?: AbortSignal): Promise<void>;
  /** By tag or by digest, and returns the manifest's digest (`sha256:…`). */
  pull(reference: string, onDetail: OnDetail, signal?: AbortSignal): Promise<string>;
  /** Pushes what the registry does not have, and returns the manifest's digest (`sha256:…`). */
  push(image: PushRequest, onDetail: OnDetail, signal?: AbortSignal): Promise<string>;
  tag(image: string, reference: string): Promise<void>;
  /** Takes a name off an image; with its last one it goes, unless a container needs it. Does nothing where it is not there. */
  untag(reference: string): Promise<void>;
  /** Removes an image by id when nothing uses it; otherwise leaves it. */
  removeUnusedImage(id: string): Promise<void>;
  /** `docker save`: one tar with all these images, streamed into a file. */
  save(references: readonly string[], file: string): Promise<void>;
  /** One file of an image, of 64 MiB at most, or undefined when it has none there. Nothing is started for it. */
  readFile(image: string, path: string): Promise<Buffer | undefined>;
}

/** What a command may write and how long it may take; more of either is an error. */
export interface CommandLimits {
  /** 1 MiB by default. */
  readonly maxBytes?: number;
  /** Milliseconds; a minute by default. */
  readonly withinMs?: number;
}

export interface ContainerCalls {
  container(name: string): Promise<ContainerFacts | undefined>;
  /** Creates and starts it. */
  runContainer(spec: ContainerSpec): Promise<void>;
  startContainer(name: string): Promise<void>;
  /** Runs a command in a running container to its end; a non-zero exit is a value. `output` is stdout and stderr. */
  exec(
    container: string,
    command: readonly string[],
    limits?: CommandLimits,
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
  /**
   * Runs a command to its end in a container of its own, in the network of one that runs: what listens there is on
   * localhost. `output` is stdout.
   */
  runBeside(
    container: string,
    beside: { readonly image: string; readonly command: readonly string[] } & CommandLimits,
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Does nothing where it is not running, or not there. */
  stopContainer(name: string): Promise<void>;
  /** By force; its named volumes stay. Does nothing where it is not there. */
  removeContainer(name: string): Promise<void>;
  /** Does nothing where it is not there. */
  removeVolume(name: string): Promise<void>;
  networkExists(name: string): Promise<boolean>;
  connect(network: string, container: string): Promise<void>;
}
