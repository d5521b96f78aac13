import type { CheckContext } from "../checks/check.ts";
import type { Deps } from "../deps.ts";
import type { Docker } from "../docker/docker.ts";
import type { Helm } from "../helm/helm.ts";
import type { Kube } from "../kube/kube.ts";
import { readLabState } from "../labs/state.ts";
import type { FrontDoor, Probe } from "../probe/probe.ts";
import type { NodeControl, Traffic } from "../probe/traffic.ts";
import type { Registry } from "../registry/registry.ts";
import { createWait } from "./wait.ts";

export interface CheckContextParts {
  readonly deps: Pick<Deps, "clock" | "random" | "signal">;
  readonly kube: Kube;
  readonly probe: Probe;
  readonly frontDoor: FrontDoor;
  readonly traffic: Traffic;
  readonly nodes: NodeControl | undefined;
  readonly docker: Docker | undefined;
  readonly registry: Registry | undefined;
  readonly helm: Helm;
  readonly namespace: string;
  readonly imageDigests: Readonly<Record<string, string>>;
  readonly announce: (text: string) => void;
}

/**
 * Puts together what checks look at, with the lab's state as the cluster has it.
 * @throws EnvironmentError when the cluster does not answer.
 */
export async function createCheckContext({ deps, ...parts }: CheckContextParts): Promise<CheckContext> {
  return {
    ...parts,
    wait: createWait(deps.clock, parts.kube),
    clock: deps.clock,
    state: await readLabState(parts.kube, parts.namespace),
    nonce: () => deps.random(8),
    // Replaced by what grades an exercise.
    observed: () => undefined,
    signal: deps.signal,
  };
}
