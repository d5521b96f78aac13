import { EnvironmentError } from "../errors.ts";
import { dockerFacts } from "./docker-facts.ts";
import type { Engine, EngineFacts } from "./engine.ts";

/** The oldest engine that kind v0.33 and the classic builder's API were tried with. */
const oldestVersion = 20;
/** Three nodes, an ingress controller and a lab: https://kind.sigs.k8s.io/docs/user/known-issues/ asks for as much. */
const leastMemoryBytes = 4 * 1024 ** 3;

/** A Docker that is the user's own: labctl uses it, and starts, stops and removes nothing of it. */
export class HostEngine implements Engine {
  readonly kind = "host";
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  inNetwork(command: readonly string[]): readonly string[] {
    return command;
  }

  async observe(): Promise<EngineFacts> {
    const facts = await dockerFacts(this.socketPath);
    return facts === undefined
      ? { kind: this.kind, running: false }
      : { kind: this.kind, running: true, ...facts };
  }

  async ensure(): Promise<EngineFacts> {
    const facts = await this.observe();
    const problem = problemOf(facts, this.socketPath);
    if (problem === undefined) return facts;
    throw new EnvironmentError({
      message: "The Docker Engine of this machine cannot carry the lab cluster.",
      lastSeen: problem,
      hint: "Correct that, or let labctl run an engine of its own: labctl up --engine private",
    });
  }

  async stop(): Promise<void> {
    // The user's own: it goes on.
  }

  async remove(): Promise<void> {
    // Cluster, registry and images are removed by their owners; the engine is not labctl's.
  }
}

/** Why an engine will not do, or undefined. */
export function problemOf(facts: EngineFacts, socketPath: string): string | undefined {
  if (!facts.running) return `nothing answers at ${socketPath}`;
  if (Number.parseInt(facts.version ?? "0", 10) < oldestVersion) {
    return `it is version ${facts.version ?? "unknown"}, and labctl needs ${String(oldestVersion)} or newer`;
  }
  if ((facts.memoryBytes ?? leastMemoryBytes) < leastMemoryBytes) {
    const gib = ((facts.memoryBytes ?? 0) / 1024 ** 3).toFixed(1);
    return `it has ${gib} GiB of memory, and the lab cluster needs 4 GiB`;
  }
  return undefined;
}
