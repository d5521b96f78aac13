import type { Release } from "../../helm/release.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { observeReleaseObjects } from "./release-objects.ts";
import { chartOf, describeHistory, requireRelease, wasDeployed, wrongValues } from "./releases.ts";
import type { Spec } from "./helm-release-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireRelease(context, wanted.release);
  if (!found.ok) return found.findings;
  const unlike = neverLike(wanted, found.history, context);
  if (unlike) return [unlike];
  const { latest } = found;
  if (latest.status !== "deployed") return [notDeployed(latest, context)];
  return observeReleaseObjects(latest, context);
}

/** A later upgrade does not take back that it was installed as asked for. */
function neverLike(
  wanted: Spec,
  history: readonly Release[],
  { namespace }: LookContext,
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
    return {
      ...about,
      reason: "another-chart",
      actual,
      message,
      next: `helm -n ${namespace} history ${name}`,
    };
  }
  if (deployed.some((release) => wrongValues(release, values).length === 0)) return undefined;
  const wrong = wrongValues(last, values).join(", ");
  return {
    ...about,
    reason: "other-values",
    path: "values",
    actual: wrong,
    message: `Revision ${String(last.revision)} of release ${name} (${chartOf(last)}) was rendered with ${wrong}.`,
    next: `helm -n ${namespace} get values ${name} --all --revision ${String(last.revision)}`,
  };
}

function notDeployed(
  { name, revision, status, description }: Release,
  { namespace }: Pick<LookContext, "namespace">,
): CheckFinding {
  return {
    object: `Release/${name}`,
    path: "status",
    reason: "release-not-deployed",
    expected: "deployed",
    actual: status,
    message: `Revision ${String(revision)} of release ${name} is ${status}: ${description || "Helm does not say why"}.`,
    next: `helm -n ${namespace} history ${name}`,
  };
}
