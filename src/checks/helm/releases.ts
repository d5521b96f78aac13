import { hasRelease, readReleases, type StoredRelease } from "../../helm/read-releases.ts";
import { effectiveValue, type Release, type Values } from "../../helm/release.ts";
import type { LookContext, CheckFinding, Found } from "../../look/look.ts";

/** Either what Helm remembers of a release, or the finding that says why there is nothing to look at. */
export type FoundRelease = Found<{ readonly history: readonly Release[]; readonly latest: Release }>;

/** Where kubectl and helm put things that name no namespace: the usual slip. */
const usualSlip = "default";

/** A release that is installed, with all its revisions, the oldest first. */
export async function requireRelease(context: LookContext, name: string): Promise<FoundRelease> {
  const { kube, namespace } = context;
  const history = await readReleases(kube, { namespace, name });
  const latest = history.at(-1);
  if (latest && latest.status !== "uninstalled") return { ok: true, history, latest };
  const slipped = !latest && (await hasRelease(kube, { namespace: usualSlip, name }));
  return { ok: false, findings: [absent({ name, namespace, latest, slipped })] };
}

interface Absent {
  readonly name: string;
  readonly namespace: string;
  readonly latest: StoredRelease | undefined;
  readonly slipped: boolean;
}

function absent({ name, namespace, latest, slipped }: Absent): CheckFinding {
  const about = { object: `Release/${name}`, expected: `a release named ${name}` };
  if (latest) {
    const message = `Release ${name} was uninstalled; Helm keeps only its history.`;
    return {
      ...about,
      reason: "release-uninstalled",
      actual: "uninstalled",
      message,
      next: `helm -n ${namespace} history ${name}`,
    };
  }
  if (slipped) {
    return {
      ...about,
      reason: "in-another-namespace",
      actual: `one in namespace ${usualSlip}`,
      message: `There is no release ${name} in namespace ${namespace}; there is one in ${usualSlip}, which does not count.`,
      next: `helm -n ${usualSlip} list`,
    };
  }
  const message = `Helm knows no release ${name} in namespace ${namespace} yet.`;
  return {
    ...about,
    reason: "release-not-found",
    actual: "not found",
    message,
    next: `helm -n ${namespace} list --all`,
  };
}

/** Whether what a revision made was ever put into the cluster; a failed or a pending one was not, or not all of it. */
export function wasDeployed({ status }: Release): boolean {
  return status === "deployed" || status === "superseded";
}

/** "lab-web 0.1.0". */
export function chartOf({ chart }: Release): string {
  return `${chart.name} ${chart.version}`;
}

/** Each wanted value that a revision was not rendered with: "replicas 1 instead of 2". */
export function wrongValues(release: Release, wanted: Values): readonly string[] {
  return Object.entries(wanted).flatMap(([path, value]) => {
    const actual = effectiveValue(release, path);
    // `--set-string replicas=2` renders the same as `--set replicas=2`.
    return show(actual) === show(value) ? [] : [`${path} ${show(actual)} instead of ${show(value)}`];
  });
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "1 (lab-web 0.1.0), 2 (lab-web 0.2.0, failed)". */
export function describeHistory(history: readonly Release[]): string {
  return history
    .map((release) => {
      const status = wasDeployed(release) ? "" : `, ${release.status}`;
      return `${String(release.revision)} (${chartOf(release)}${status})`;
    })
    .join(", ");
}
