import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../exists.ts";

/** The folders of charts/ that a published chart can stand in for. @param project the folder with charts/. */
export async function listUpstreamCharts(project: string): Promise<readonly string[]> {
  const root = join(project, "charts");
  const names = (await readdir(root)).sort();
  const known = await Promise.all(names.map((name) => exists(join(root, name, "upstream", "source.yaml"))));
  return names.filter((_, index) => known[index]);
}
