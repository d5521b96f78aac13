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

/** Each goes to Helm as an argument, and into the path of a file. */
const chartName = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "a chart's name, like lab-web");
const chartVersion = z
  .string()
  .regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/, "one version of a chart, like 1.2.3");
const site = z.url({ protocol: /^https?$/, error: "a site of charts, like https://charts.example.org" });

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "the SHA-256 of the chart's archive, 64 hexadecimal digits");

const place = z.strictObject({
  repo: site,
  version: chartVersion,
  /** Where it is not known, the first archive that is had is the one. */
  sha256: sha256.optional(),
});

/** charts/<name>/upstream/source.yaml: where the published chart of the same name is. */
const sourceFile = place.extend({
  apiVersion: z.literal("labctl.dev/v1"),
  kind: z.literal("UpstreamChart"),
  /** Charts in it that are to be others than those it was published with, by name. */
  dependencies: z.record(chartName, place).default({}),
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
  if (!chartName.safeParse(name).success) throw noName(name);
  await requirePlain(folder, `charts/${name}`);
  const { version } = await read(project, join(folder, "Chart.yaml"), z.object({ version: chartVersion }));
  const source = join(folder, "upstream", "source.yaml");
  const upstream = (await exists(source)) ? await read(project, source, sourceFile) : undefined;
  return { name, version, folder, upstream };
}

function noName(name: string): LabDefinitionError {
  const message = `${JSON.stringify(name)} is no name for a chart: small letters, digits and hyphens, like lab-web`;
  return new LabDefinitionError([{ file: "charts/", message }]);
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
