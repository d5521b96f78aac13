import { isDeepStrictEqual } from "node:util";
import type { LintedChart } from "../../helm/helm.ts";
import type { ReleasedChart, Release } from "../../helm/release.ts";
import { EnvironmentError } from "../../errors.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { chartOf, requireRelease } from "./releases.ts";
import type { Spec } from "./oci-chart-spec.ts";

/** How an OCI registry tells a chart from an image: https://helm.sh/docs/topics/registries/ */
const helmConfig = "application/vnd.cncf.helm.config.v1+json";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireRelease(context, wanted.release);
  if (!found.ok) return found.findings;
  const { latest } = found;
  if (latest.chart.name !== wanted.chart) return [anotherChart(wanted, latest, context)];
  const place = placeOf(wanted, latest, context);
  const notThere = await notInRegistry(place, context);
  if (notThere) return [notThere];
  const chart = await context.helm.inspect(place.reference, latest.chart.version);
  const difference = differing(latest.chart, chart);
  if (difference !== undefined) return [unlike(place, { latest, difference }, context)];
  return chart.complaints.length === 0 ? [] : [complained(place, chart)];
}

interface Place {
  /** As students write it: `oci://localhost:5001/charts/mine`. */
  readonly reference: string;
  /** As the registry's API knows it: `charts/mine:0.1.0`. */
  readonly tag: string;
  readonly name: string;
}

function placeOf({ folder, chart }: Spec, { chart: { version } }: Release, { registry }: LookContext): Place {
  if (!registry) throw new EnvironmentError({ message: "There is no lab registry.", hint: "labctl up" });
  // A tag has no plus sign; Helm writes 1.0.0+build as 1.0.0_build.
  const tag = `${folder}/${chart}:${version.replaceAll("+", "_")}`;
  return { reference: `oci://${registry.host}/${folder}/${chart}`, tag, name: `${chart}-${version}` };
}

async function notInRegistry(place: Place, { registry }: LookContext): Promise<CheckFinding | undefined> {
  const manifest = await registry?.manifest(place.tag);
  if (manifest?.configType === helmConfig) return undefined;
  const folder = place.reference.slice(0, place.reference.lastIndexOf("/"));
  return {
    object: `Chart/${place.tag}`,
    reason: "chart-not-in-registry",
    expected: `a chart at ${place.reference}`,
    actual: manifest ? `an artifact of type ${manifest.configType ?? "unknown"}` : "not found",
    message: manifest
      ? `What the registry has at ${place.tag} is no Helm chart.`
      : `The release is there, but the registry has no chart ${place.tag}: it was installed from somewhere else.`,
    next: `helm push ${place.name}.tgz ${folder} --plain-http`,
  };
}

/** The first thing that the release's chart and the registry's do not share; undefined where they are the same. */
function differing(released: ReleasedChart, pulled: LintedChart): string | undefined {
  const there = new Map(pulled.templates.map(({ name, text }) => [name, text]));
  const template = released.templates.find(({ name, text }) => there.get(name) !== text);
  if (template) return template.name;
  if (there.size !== released.templates.length) return "templates/";
  return isDeepStrictEqual(released.values, pulled.values) ? undefined : "values.yaml";
}

function anotherChart({ release, chart }: Spec, latest: Release, { namespace }: LookContext): CheckFinding {
  return {
    object: `Release/${release}`,
    reason: "another-chart",
    expected: `a chart named ${chart}`,
    actual: chartOf(latest),
    message: `Release ${release} is of chart ${chartOf(latest)}, not of a chart of your own named ${chart}.`,
    next: `helm -n ${namespace} list`,
  };
}

interface Unlike {
  readonly latest: Release;
  readonly difference: string;
}

function unlike(
  { tag, reference }: Place,
  { latest, difference }: Unlike,
  context: LookContext,
): CheckFinding {
  const { name, chart } = latest;
  return {
    object: `Release/${name}`,
    path: difference,
    reason: "chart-differs",
    expected: `the chart that the registry has as ${tag}`,
    actual: `another ${difference}`,
    message: `Release ${name} was not made of the chart that the registry has as ${tag}: their ${difference} differ.`,
    next: `helm -n ${context.namespace} upgrade ${name} ${reference} --version ${chart.version} --plain-http`,
  };
}

function complained({ tag, reference }: Place, { complaints, version }: LintedChart): CheckFinding {
  return {
    object: `Chart/${tag}`,
    reason: "chart-lint",
    expected: "helm lint --strict finds nothing",
    actual: complaints.join("; "),
    message: `The strict linter does not accept the chart: ${complaints[0] ?? ""}.`,
    next: `helm pull ${reference} --version ${version} --plain-http --untar`,
  };
}
