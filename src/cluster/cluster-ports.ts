/** The ports that a cluster was created with, beside its kubeconfig: kind fixes them for the cluster's life. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Ports } from "../engine/engine.ts";
import { UsageError } from "../errors.ts";

const port = z.int().min(1).max(65_535);
const portsFile = z.strictObject({ api: port, http: port, https: port, registry: port });

/** @returns undefined before the cluster was created. */
export async function loadClusterPorts(home: string, cluster: string): Promise<Ports | undefined> {
  const text = await readFile(pathOf(home, cluster), "utf8").catch(() => undefined);
  return text === undefined ? undefined : portsFile.parse(JSON.parse(text));
}

export async function saveClusterPorts(home: string, cluster: string, ports: Ports): Promise<void> {
  const path = pathOf(home, cluster);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(ports));
}

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

function pathOf(home: string, cluster: string): string {
  return join(home, "clusters", cluster, "ports.json");
}
