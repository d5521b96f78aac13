import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";

/** A small file beside a cluster's kubeconfig: what `labctl up` was told, for the commands that come later. */
export interface ClusterFile<T> {
  /** @returns undefined before it was saved. */
  readonly load: (home: string, cluster: string) => Promise<T | undefined>;
  readonly save: (home: string, cluster: string, value: T) => Promise<void>;
}

/** @param name of the file, which is JSON. */
export function clusterFile<T>(name: string, schema: z.ZodType<T>): ClusterFile<T> {
  const pathOf = (home: string, cluster: string): string => join(home, "clusters", cluster, name);
  return {
    async load(home, cluster) {
      const text = await readFile(pathOf(home, cluster), "utf8").catch(() => undefined);
      return text === undefined ? undefined : schema.parse(JSON.parse(text));
    },
    async save(home, cluster, value) {
      const path = pathOf(home, cluster);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(value));
    },
  };
}
