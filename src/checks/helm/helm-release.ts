import { z } from "zod";
import type { Release } from "../../helm/release.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { observeReleaseObjects } from "./release-objects.ts";
import { chartOf, describeHistory, requireRelease, wasDeployed, wrongValues } from "./releases.ts";

const spec = z.strictObject({
  kind: z.literal("helm-release"),
  release: z.string().min(1),
  chart: z.string().min(1).describe("The chart's name."),
  version: z.string().optional().describe("The chart's version; any, when left out."),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("By path (`image.tag`): what the templates saw, whether the user set it or the chart."),
});

type Spec = z.infer<typeof spec>;

/** A release, as Helm's own records and the live objects tell it. */
export const helmRelease = defineCheck({
  kind: "helm-release",
  summary:
    "A revision of a Helm release had this chart and these values; what the latest one made is live and Ready.",
  spec,
  async observe(wanted, context) {
    const found = await requireRelease(context, wanted.release);
    if (!found.ok) return found.findings;
    const unlike = neverLike(wanted, found.history, context);
    if (unlike) return [unlike];
    const { latest } = found;
    if (latest.status !== "deployed") return [notDeployed(latest, context)];
    return observeReleaseObjects(latest, context);
  },
});

/** A later upgrade does not take back that it was installed as asked for. */
function neverLike(
  wanted: Spec,
  history: readonly Release[],
  { namespace }: CheckContext,
): CheckFinding | undefined {
  const { release: name, chart, version, values } = wanted;
  const expected = version === undefined ? chart : `${chart} ${version}`;
  const ofChart = history.filter(
    (release) => release.chart.name === chart && (version ?? release.chart.version) === release.chart.version,
  );
  const about = { object: `Release/${name}`, expected };
  const deployed = ofChart.filter(wasDeployed);
  const last = deployed.at(-1);
  if (!last) {
    const failed = ofChart.at(-1);
    if (failed) return notDeployed(failed, { namespace });
    const actual = `revision ${describeHistory(history)}`;
    const message = `No revision of release ${name} is of chart ${expected}; Helm remembers ${actual}.`;
    return { ...about, actual, message, next: `helm -n ${namespace} history ${name}` };
  }
  if (deployed.some((release) => wrongValues(release, values).length === 0)) return undefined;
  const wrong = wrongValues(last, values).join(", ");
  return {
    ...about,
    path: "values",
    actual: wrong,
    message: `Revision ${String(last.revision)} of release ${name} (${chartOf(last)}) was rendered with ${wrong}.`,
    next: `helm -n ${namespace} get values ${name} --all --revision ${String(last.revision)}`,
  };
}

function notDeployed(
  { name, revision, status, description }: Release,
  { namespace }: Pick<CheckContext, "namespace">,
): CheckFinding {
  return {
    object: `Release/${name}`,
    path: "status",
    expected: "deployed",
    actual: status,
    message: `Revision ${String(revision)} of release ${name} is ${status}: ${description || "Helm does not say why"}.`,
    next: `helm -n ${namespace} history ${name}`,
  };
}
