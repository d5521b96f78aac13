/** The lab cluster: `kind-cluster.ts` makes one, `existing-cluster.ts` uses one that was named with `--context`. */
import type { Progress } from "../terminal/progress.ts";

export interface ClusterFacts {
  /** `stopped`: its containers are there, but do not run. */
  readonly state: "absent" | "stopped" | "running";
  readonly nodes: readonly {
    readonly name: string;
    readonly role: "control-plane" | "worker";
    readonly running: boolean;
    /** When its container was started last. */
    readonly startedAt: Date;
  }[];
}

/** The lab registry as nodes reach it. */
export interface NodeRegistry {
  /** The name of its container, which listens on port 5000. */
  readonly container: string;
  /** The value of a request's `Authorization`. */
  readonly authorization: string;
}

export interface Cluster {
  readonly name: string;
  /** Path of labctl's own kubeconfig for it; the file exists while the cluster does. */
  readonly kubeconfig: string;
  /** Looks at the engine once, not at the API server. */
  observe(): Promise<ClusterFacts>;
  /**
   * Creates it, or starts its nodes again, or does nothing.
   * @throws EnvironmentError with the last lines of kind's log and the file that holds the node's journal.
   */
  ensure(progress: Progress): Promise<void>;
  /** Stops its nodes; what is in it stays. */
  stop(progress: Progress): Promise<void>;
  /** Deletes it with its volumes and its kubeconfig. */
  remove(progress: Progress): Promise<void>;
  /**
   * Has every node pull `<host>/…` from the registry's container (same Docker network), with its login.
   * Files that are as they should be are written again with the same text.
   */
  trustRegistry(host: string, registry: NodeRegistry): Promise<void>;
  /** Stops or starts the container of one node, for experiments. @throws UsageError where the cluster is not labctl's. */
  stopNode(name: string): Promise<void>;
  /** @returns since when it runs, in milliseconds since the epoch. */
  startNode(name: string): Promise<number>;
}
