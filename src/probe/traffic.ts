/** Constant traffic on a Service from inside the cluster, for experiments: every request and every error is counted. */

export interface TrafficOptions {
  /** Absolute, as a pod of the cluster would ask: `http://web.lab-rolling-update.svc.cluster.local/`. */
  readonly url: string;
  /** The lab's. */
  readonly namespace: string;
  /** Requests a second, each on a connection of its own, so that a Service chooses an endpoint anew. */
  readonly perSecond: number;
}

export interface TrafficReport {
  readonly requests: number;
  /** Requests that got no answer, or one that is not 2xx. */
  readonly failures: number;
  /** What the failures were, for a person: `12 × status 503`, `3 × connection refused`. Empty without failures. */
  readonly kinds: readonly string[];
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface RunningTraffic {
  /**
   * Ends it and counts. Safe to call twice.
   * @throws EnvironmentError when the load pod was lost, and with it the count.
   */
  stop(): Promise<TrafficReport>;
}

export interface Traffic {
  /**
   * Starts, and returns once the first requests are on their way. What it makes in the cluster is removed by `stop`,
   * or, where labctl was killed, by the next check of the lab or `labctl up`.
   * @throws EnvironmentError when the load pod cannot run.
   */
  start(options: TrafficOptions, signal?: AbortSignal): Promise<RunningTraffic>;
}

/** The containers behind nodes; a stopped one is started again by the next `check` or `up`, should labctl be killed. */
export interface NodeControl {
  stopNode(name: string): Promise<void>;
  /** @returns since when it runs, in milliseconds since the epoch: somebody else may have started it before. */
  startNode(name: string): Promise<number>;
}
