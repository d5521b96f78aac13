/** The ports that a cluster was created with: kind fixes them for the cluster's life. */
import { z } from "zod";
import type { Ports } from "../engine/engine.ts";
import { UsageError } from "../errors.ts";
import { clusterFile } from "./cluster-file.ts";

const port = z.int().min(1).max(65_535);

export const { load: loadClusterPorts, save: saveClusterPorts } = clusterFile<Ports>(
  "ports.json",
  z.strictObject({ api: port, http: port, https: port, registry: port }),
);

/** @throws UsageError where a port is asked for that differs from the cluster's own. */
export function refuseOtherPorts(asked: Partial<Ports>, created: Ports, cluster: string): void {
  const differing = (Object.keys(asked) as (keyof Ports)[]).filter(
    (use) => asked[use] !== undefined && asked[use] !== created[use],
  );
  if (differing.length === 0) return;
  const flags = differing.map((use) => `--${use}-port ${String(created[use])}`).join(" ");
  throw new UsageError({
    message: `The cluster ${cluster} was created with other ports, and they cannot be changed.`,
    lastSeen: `it has ${flags}`,
    hint: "Leave the flag out, or begin anew with other ports: labctl down --purge",
  });
}
