import { gunzipSync } from "node:zlib";
import { readAllYaml } from "../yaml/plain-yaml.ts";
import { z } from "zod";
import { mebibyte } from "../bounded.ts";
import { isKubeObject, type KubeObject } from "../kube/objects.ts";

/** One file of a chart, as the release that was made from it keeps it. */
export interface ChartFile {
  /** Relative to the chart: `templates/deployment.yaml`. */
  readonly name: string;
  readonly text: string;
}

/** One revision of a release, as Helm stores it: https://helm.sh/docs/topics/advanced/#storage-backends */
export interface Release {
  readonly name: string;
  /** Counts from 1, and up with each install, upgrade and rollback. */
  readonly revision: number;
  /** `deployed`, `superseded`, `failed`, `uninstalled`, `pending-upgrade` and the like. */
  readonly status: string;
  readonly description: string;
  /** RFC 3339; the same for all revisions of one install. */
  readonly firstDeployed: string;
  /** The revision that a rollback went back to; undefined where this one was not reached by a rollback. */
  readonly rolledBackTo: number | undefined;
  readonly chart: ReleasedChart;
  /** What the user set: `--set` and `--values`. */
  readonly config: Values;
  /** The rendered objects, as YAML documents. */
  readonly manifest: string;
  /** The same, parsed. */
  readonly objects: readonly KubeObject[];
}

export interface ReleasedChart {
  readonly name: string;
  readonly version: string;
  readonly templates: readonly ChartFile[];
  /** The chart's own defaults. */
  readonly values: Values;
}

export type Values = Readonly<Record<string, unknown>>;

const values = z.record(z.string(), z.unknown()).nullish();

const stored = z.object({
  name: z.string(),
  version: z.int().positive(),
  manifest: z.string().default(""),
  config: values,
  info: z.object({
    status: z.string(),
    description: z.string().default(""),
    first_deployed: z.string().default(""),
    rollback_revision: z.int().optional(),
  }),
  chart: z.object({
    metadata: z.object({ name: z.string(), version: z.string() }),
    templates: z.array(z.object({ name: z.string(), data: z.string().nullish() })).nullish(),
    values,
  }),
});

/** Bytes of a release; a Secret has 1 MiB at most, of which zeros alone would become a gigabyte. */
const maxOutputLength = 32 * mebibyte;

/**
 * Reads the value of `data.release` of a Secret of type helm.sh/release.v1: base64, as all values of Secrets, of base64
 * of gzip of JSON. Undefined for anything else, which somebody has written by hand.
 */
export function parseRelease(data: string): Release | undefined {
  try {
    const inner = Buffer.from(Buffer.from(data, "base64").toString("latin1"), "base64");
    const isGzip = inner[0] === 0x1f && inner[1] === 0x8b;
    const text = (isGzip ? gunzipSync(inner, { maxOutputLength }) : inner).toString("utf8");
    const parsed = stored.safeParse(JSON.parse(text));
    return parsed.success ? toRelease(parsed.data) : undefined;
  } catch {
    return undefined;
  }
}

function toRelease({ name, version, manifest, config, info, chart }: z.infer<typeof stored>): Release {
  return {
    name,
    revision: version,
    status: info.status,
    description: info.description,
    firstDeployed: info.first_deployed,
    rolledBackTo: info.rollback_revision ?? rollbackIn(info.description),
    chart: {
      ...chart.metadata,
      values: chart.values ?? {},
      templates: (chart.templates ?? []).map((file) => ({
        name: file.name,
        text: Buffer.from(file.data ?? "", "base64").toString("utf8"),
      })),
    },
    config: config ?? {},
    manifest,
    objects: readAllYaml(manifest).filter(isKubeObject),
  };
}

/** Helm 3 says it in words only. */
function rollbackIn(description: string): number | undefined {
  const revision = /^Rollback to (\d+)$/.exec(description)?.[1];
  return revision === undefined ? undefined : Number(revision);
}

/** The value that a template sees under a path (`image.tag`): the user's, else the chart's. */
export function effectiveValue({ config, chart }: Release, path: string): unknown {
  const keys = path.split(".");
  return lookUp(config, keys) ?? lookUp(chart.values, keys);
}

function lookUp(tree: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    tree,
  );
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
