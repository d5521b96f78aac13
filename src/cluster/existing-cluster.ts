import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import type { Cluster, ClusterFacts } from "./cluster.ts";

/** A cluster that was named with `--context`: labctl grades in it, and neither makes, stops nor removes it. */
export class ExistingCluster implements Cluster {
  readonly name: string;
  readonly kubeconfig: string;

  /** @param kubeconfig the file that has the context; `~/.kube/config` by default. */
  constructor(context: string, kubeconfig: string | undefined) {
    this.name = context;
    this.kubeconfig = kubeconfig ?? join(homedir(), ".kube", "config");
  }

  observe(): Promise<ClusterFacts> {
    return Promise.resolve({ state: "running", nodes: [] });
  }

  ensure(): Promise<void> {
    return Promise.reject(this.#notOurs("brought up"));
  }

  stop(): Promise<void> {
    return Promise.reject(this.#notOurs("stopped"));
  }

  remove(): Promise<void> {
    return Promise.reject(this.#notOurs("removed"));
  }

  trustRegistry(): Promise<void> {
    return Promise.reject(this.#notOurs("changed"));
  }

  stopNode(): Promise<void> {
    return Promise.reject(this.#notOurs("disturbed"));
  }

  startNode(): Promise<never> {
    return Promise.reject(this.#notOurs("disturbed"));
  }

  #notOurs(verb: string): UsageError {
    return new UsageError({
      message: `The cluster of the context "${this.name}" was not made by labctl, so it is not ${verb} by it.`,
      lastSeen: `--context ${this.name}`,
      hint: "Leave --context out to work with labctl's own cluster.",
    });
  }
}
