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

export interface BuildRequest {
  /** A tar archive with a `Dockerfile` at its top. */
  readonly context: Readable;
  /** The tag that the image gets once every step is done. */
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerFacts {
  readonly id: string;
  readonly running: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the Docker networks it is attached to. */
  readonly networks: readonly string[];
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
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
  /**
   * Builds with the classic builder and without network.
   * @throws EnvironmentError that names the failing step and has its last lines of output.
   */
  build(request: BuildRequest, onDetail: OnDetail, signal?: AbortSignal): Promise<void>;
  pull(reference: string, onDetail: OnDetail, signal?: AbortSignal): Promise<void>;
  /** Pushes what the registry does not have, and returns the manifest's digest (`sha256:…`). */
  push(reference: string, onDetail: OnDetail, signal?: AbortSignal): Promise<string>;
  tag(image: string, reference: string): Promise<void>;
  /** Removes an image by id when nothing uses it; otherwise leaves it. */
  removeUnusedImage(id: string): Promise<void>;
  /** `docker save`: one tar with all these images, streamed into a file. */
  save(references: readonly string[], file: string): Promise<void>;
  /** One file of an image, or undefined when it has none there. Nothing is started for it. */
  readFile(image: string, path: string): Promise<Buffer | undefined>;
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
