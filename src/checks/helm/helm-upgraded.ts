import type { Release } from "../../helm/release.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { chartOf, describeHistory, requireRelease, wasDeployed, wrongValues } from "./releases.ts";
import { whyNotScaled } from "./scaled-release.ts";
import type { Spec } from "./helm-upgraded-spec.ts";

export async function observe(
  { release, version, values, replicas }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const found = await requireRelease(context, release);
  if (!found.ok) return found.findings;
  return [
    ...(version === undefined ? [] : whyNotAt(context, { name: release, version, values }, found.history)),
    ...(replicas === undefined ? [] : await whyNotScaled(context, { release, ...replicas }, found)),
  ];
}

interface Upgrade {
  readonly name: string;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function whyNotAt(
  { namespace }: LookContext,
  { name, version, values }: Upgrade,
  history: readonly Release[],
): readonly CheckFinding[] {
  const attempts = history.filter(({ chart }) => chart.version === version);
  const upgrades = attempts.filter((release) => followsAnother(release, history));
  const good = upgrades.filter(wasDeployed);
  if (good.some((release) => wrongValues(release, values).length === 0)) return [];
  const last = good.at(-1);
  if (last) return [valuesLost(last, values, namespace)];
  const finding = {
    object: `Release/${name}`,
    expected: `an upgrade to ${version}`,
    ...whyNot({ name, version, attempts, upgrades, history }),
    next: `helm -n ${namespace} history ${name}`,
  };
  return [finding];
}

/** Of the same install and the same chart, at another version. */
function followsAnother(release: Release, history: readonly Release[]): boolean {
  return history.some(
    (before) =>
      before.revision < release.revision &&
      before.firstDeployed === release.firstDeployed &&
      before.chart.name === release.chart.name &&
      before.chart.version !== release.chart.version &&
      wasDeployed(before),
  );
}

interface Seen {
  readonly name: string;
  readonly version: string;
  readonly history: readonly Release[];
  /** The revisions of that version. */
  readonly attempts: readonly Release[];
  /** Those of them that have another version before them. */
  readonly upgrades: readonly Release[];
}

function whyNot({
  name,
  version,
  history,
  attempts,
  upgrades,
}: Seen): Pick<CheckFinding, "reason" | "actual" | "message"> {
  const failed = upgrades.at(-1);
  if (failed) {
    const { revision, status, description } = failed;
    const message = `Revision ${String(revision)} of release ${name}, the upgrade to ${version}, is ${status}: ${description}.`;
    return { reason: "upgrade-failed", actual: status, message };
  }
  const actual = `revision ${describeHistory(history)}`;
  if (attempts.length > 0) {
    const message = `Release ${name} was installed at ${version}, not upgraded to it: no revision before it has another version. Helm remembers ${actual}.`;
    return { reason: "installed-not-upgraded", actual, message };
  }
  return {
    reason: "never-at-that-version",
    actual,
    message: `Release ${name} was never at ${version}; Helm remembers ${actual}.`,
  };
}

function valuesLost(
  release: Release,
  values: Readonly<Record<string, unknown>>,
  namespace: string,
): CheckFinding {
  const { name, revision } = release;
  const wrong = wrongValues(release, values).join(", ");
  return {
    object: `Release/${name}`,
    path: "values",
    reason: "values-lost",
    expected: "the values of the revision before",
    actual: wrong,
    message: `The upgrade lost values: revision ${String(revision)} of release ${name} (${chartOf(release)}) was rendered with ${wrong}.`,
    next: `helm -n ${namespace} get values ${name} --all --revision ${String(revision)}`,
  };
}
