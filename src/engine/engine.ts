/** Where containers run: the user's own Docker (`host-engine.ts`) or one that labctl starts (`private-engine.ts`). */
import type { Progress } from "../terminal/progress.ts";

export type EngineKind = "host" | "private";

/** The ports of the host's 127.0.0.1 that labctl's cluster is reached at. */
export interface Ports {
  readonly api: number;
  readonly http: number;
  readonly https: number;
  readonly registry: number;
}

export const defaultPorts: Ports = { api: 6443, http: 8080, https: 8443, registry: 5001 };

export interface EngineFacts {
  readonly kind: EngineKind;
  readonly running: boolean;
  /** Of the Docker Engine; undefined while it is not running. */
  readonly version?: string;
  readonly cgroupVersion?: "1" | "2";
  /** Bytes that the engine's containers may use together. */
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** Where the engine keeps images and volumes. */
  readonly dataRoot?: string;
}

export interface Engine {
  readonly kind: EngineKind;
  /** The unix socket of the Docker API, reachable from the host. */
  readonly socketPath: string;
  /** Looks once; never starts anything. */
  observe(): Promise<EngineFacts>;
  /**
   * Installs what is missing, starts the engine and opens its ports on the host; does nothing where that holds.
   * @throws EnvironmentError for no root and no sudo, an unreachable apt, a port taken (naming the process and the flag).
   */
  ensure(progress: Progress): Promise<EngineFacts>;
  /** Ends what labctl started: relays, containers, the engine itself. Volumes and images stay. Nothing for `host`. */
  stop(progress: Progress): Promise<void>;
  /** Removes everything `ensure` made: data, network namespace, mounts, cgroups, sockets. Nothing for `host`. */
  remove(progress: Progress): Promise<void>;
  /**
   * The command as it has to be started to share the engine's network, where containers' published ports are on
   * 127.0.0.1. As it is for `host`.
   */
  inNetwork(command: readonly string[]): readonly string[];
}
