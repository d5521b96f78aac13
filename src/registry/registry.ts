/** The lab registry: a container next to the nodes, its data in a volume that survives `labctl down`. */
import type { Progress } from "../terminal/progress.ts";
import type { RegistryLogin } from "./registry-login.ts";

export interface Manifest {
  /** Its own digest: what the `imageID` of a running container ends with. */
  readonly digest: string;
  /** The digest of the image's configuration: the image's id. Undefined for an index of several platforms. */
  readonly config: string | undefined;
  /** The media type of that configuration: an image's, or that of a Helm chart. */
  readonly configType?: string;
  /** What whoever pushed it noted; a Helm chart's are those of its Chart.yaml, and more. Left out: none. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Registry {
  /** As students and pods name it: `localhost:5001`. */
  readonly host: string;
  /** Name of its container, as nodes on a network of its reach it (port 5000): `labctl-registry`. */
  readonly container: string;
  /** What it asks of whoever pushes or pulls; made where there is none yet. */
  login(): Promise<RegistryLogin>;
  /** Whether it runs as it should, answers, and docker and helm of a lab are let in. */
  observe(): Promise<{ readonly running: boolean }>;
  /**
   * Container, volume, network (that of the nodes, where it exists) and the logins of a lab's docker and helm; does
   * nothing where they are as they should be.
   * @throws EnvironmentError when its image has not been made: `images.ensure(["registry"])` comes first.
   */
  ensure(progress: Progress): Promise<void>;
  /** Attaches its container to a Docker network; does nothing where it is attached. */
  connect(network: string): Promise<void>;
  /**
   * The manifest's digest of a tag (`nginx:1.22.1`), or undefined when the registry has no such tag.
   * @throws EnvironmentError when the registry does not answer.
   */
  digest(repository: string): Promise<string | undefined>;
  /**
   * What a tag is, or undefined when the registry has no such tag.
   * @throws EnvironmentError when the registry does not answer.
   */
  manifest(repository: string): Promise<Manifest | undefined>;
  /**
   * Removes every tag of a repository (`my-image`); none there: nothing. Layers stay for whoever shares them. Through
   * the engine: over the network nobody deletes.
   */
  removeTags(repository: string): Promise<void>;
  stop(): Promise<void>;
  /** The volume, too. */
  remove(): Promise<void>;
}
