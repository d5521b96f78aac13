import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { parseJson } from "../parse-json.ts";

/** A small file beside a cluster's kubeconfig: what `labctl up` was told, for the commands that come later. */
export interface ClusterFile<T> {
  /** @returns undefined before it was saved. @throws EnvironmentError when somebody has written something else there. */
  readonly load: (home: string, cluster: string) => Promise<T | undefined>;
  readonly save: (home: string, cluster: string, value: T) => Promise<void>;
}

/** @param name of the file, which is JSON. */
export function clusterFile<T>(name: string, schema: z.ZodType<T>): ClusterFile<T> {
  const pathOf = (home: string, cluster: string): string => join(home, "clusters", cluster, name);
  return {
    async load(home, cluster) {
      const path = pathOf(home, cluster);
      const text = await readFile(path, "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      throw new EnvironmentError({
        message: `${path}, which labctl up has written, is not as it was.`,
        lastSeen: text.slice(0, 200),
        hint: `Remove it, and bring the cluster up again: rm ${path}; labctl up`,
      });
    },
    async save(home, cluster, value) {
      const path = pathOf(home, cluster);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(value));
    },
  };
}
