import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { LabDefinitionError } from "../errors.ts";
import type { ChartFolder } from "../helm/helm.ts";
import { exists } from "../exists.ts";
import { requirePlain } from "../plain-files.ts";
import { digestOf, digestOfFolder } from "../oci/content-digest.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import type { ChartSource } from "./chart-source.ts";

const place = z.strictObject({ repo: z.url(), version: z.string().min(1) });

/** charts/<name>/upstream/source.yaml: where the published chart of the same name is. */
const sourceFile = place.extend({
  apiVersion: z.literal("labctl.dev/v1"),
  kind: z.literal("UpstreamChart"),
  /** Charts in it that are to be others than those it was published with, by name. */
  dependencies: z.record(z.string(), place).default({}),
});

/** A chart of charts/, which labs install from the lab registry as `charts/<name>`. */
export interface LabChart extends ChartFolder {
  /** Undefined where nobody publishes such a chart. */
  readonly upstream: z.infer<typeof sourceFile> | undefined;
}

/**
 * @param project the folder with charts/.
 * @throws LabDefinitionError for a file that is not as it should be, and for links: Helm packs what they lead to.
 */
export async function readLabChart(project: string, name: string): Promise<LabChart> {
  const folder = join(project, "charts", name);
  await requirePlain(folder, `charts/${name}`);
  const { version } = await read(project, join(folder, "Chart.yaml"), z.object({ version: z.string() }));
  const source = join(folder, "upstream", "source.yaml");
  const upstream = (await exists(source)) ? await read(project, source, sourceFile) : undefined;
  return { name, version, folder, upstream };
}

async function read<Schema extends z.ZodType>(
  project: string,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const file = relative(project, path);
  const parsed = parseYaml(schema, await readFile(path, "utf8"), file);
  if (!parsed.ok) throw new LabDefinitionError(parsed.problems);
  return parsed.value;
}

/** The annotation of a chart in the registry that says what it was made of; charts of students have none. */
export const markKey = "labctl.dev/made-of";

/** Raise it when the same files have to give another chart: a change in how charts are made. */
const format = 1;

/** What the annotation has to be. */
export async function markOf(chart: LabChart, source: ChartSource): Promise<string> {
  const digest = digestOf([format, await digestOfFolder(chart.folder)]);
  return `${isPublished(chart, source) ? "upstream" : "own"}-${digest}`;
}

/** One that somebody publishes, too. */
export type PublishedLabChart = LabChart & { readonly upstream: NonNullable<LabChart["upstream"]> };

/** Whether it is made of the published chart. */
export function isPublished(chart: LabChart, source: ChartSource): chart is PublishedLabChart {
  return source === "upstream" && chart.upstream !== undefined;
}
