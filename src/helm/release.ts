import { gunzipSync } from "node:zlib";
import { readAllYaml } from "../yaml/plain-yaml.ts";
import { z } from "zod";
import { mebibyte, tooMuch, TooMuchError } from "../bounded.ts";
import { parseJson } from "../parse-json.ts";
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

/** Bytes that are read of Helm's records, and how many of them are left. */
interface Room {
  readonly maxBytes: number;
  readonly left: number;
}

/**
 * What a Secret of type helm.sh/release.v1 has in `data.release`: base64, as all values of Secrets, of base64 of gzip of
 * JSON. Undefined for anything else, which somebody has written by hand. A Secret has 1 MiB at most, of which zeros alone
 * would become a gigabyte.
 * @throws TooMuchError where it is more than what is left.
 */
export function unpackRelease(data: string, { maxBytes, left }: Room): string | undefined {
  const inner = Buffer.from(Buffer.from(data, "base64").toString("latin1"), "base64");
  const isGzip = inner[0] === 0x1f && inner[1] === 0x8b;
  try {
    return (isGzip ? gunzipSync(inner, { maxOutputLength: left }) : inner).toString("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") return undefined;
    const hint = "Which release is it? helm list --all --all-namespaces";
    throw tooMuch({ name: "Helm", hint }, { maxBytes, seen: maxBytes });
  }
}

/** A revision in the JSON that Helm keeps; undefined where it is none of Helm's. */
export function parseRelease(text: string): Release | undefined {
  const parsed = stored.safeParse(parseJson(text));
  return parsed.success ? toRelease(parsed.data) : undefined;
}

/** As far as a Deployment's is looked at; the API server has seen to it, but for a Secret that was written by hand. */
const deployment = z.object({
  spec: z.object({
    replicas: z.int().optional(),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
    }),
  }),
});

function isWhole(object: KubeObject): boolean {
  return object.kind !== "Deployment" || deployment.safeParse(object).success;
}

/** Characters of a manifest; parsed, each takes up to two hundred bytes. */
const maxManifestLength = 2 * mebibyte;

/**
 * What a revision made; nothing where its manifest is no YAML, which Helm would not have stored. To be asked for where
 * it is needed: all revisions' objects at once would be too many to hold.
 * @throws TooMuchError where the manifest is longer than anybody's.
 */
export function objectsOf({ name, manifest }: Release): readonly KubeObject[] {
  if (manifest.length > maxManifestLength)
    throw new TooMuchError({
      message: `The manifest of release ${name} is longer than the 2 MiB that labctl reads.`,
      lastSeen: `${String(manifest.length)} characters`,
      hint: `helm get manifest ${name}`,
    });
  try {
    return readAllYaml(manifest).filter(isKubeObject).filter(isWhole);
  } catch {
    return [];
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
