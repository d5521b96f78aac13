import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Docker } from "../docker/docker.ts";

/** Names of the clusters of this home whose control plane runs in an engine. */
export async function runningClusters(home: string, docker: Docker): Promise<readonly string[]> {
  const made = await readdir(join(home, "clusters")).catch(() => []);
  const looks = made.map(async (name) => {
    const controlPlane = await docker.container(controlPlaneOf(name));
    return controlPlane?.running === true ? [name] : [];
  });
  return (await Promise.all(looks)).flat();
}

/** As kind names the container. */
export function controlPlaneOf(cluster: string): string {
  return `${cluster}-control-plane`;
}
