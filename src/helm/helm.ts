/** The few things that labctl itself asks of Helm; students and solutions run the program. `cli-helm.ts` does them. */
import type { ReleasedChart } from "./release.ts";

/** A chart, unpacked. */
export interface LintedChart extends ReleasedChart {
  /** What `helm lint --strict` says against it; empty where it has nothing to say. */
  readonly complaints: readonly string[];
}

/** A chart on a site of charts, as `helm repo add` takes it: https://helm.sh/docs/topics/chart_repository/ */
export interface PublishedChart {
  readonly name: string;
  /** `https://charts.example.org` */
  readonly repo: string;
  /** The one version, no range. */
  readonly version: string;
  /** Of its archive, in hex; any where it is not known. */
  readonly sha256?: string | undefined;
}

/** A chart's folder, and what its Chart.yaml calls it. */
export interface ChartFolder {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

export interface Helm {
  /**
   * Pulls a chart that the registry has, unpacks and lints it; nothing of it stays on this machine.
   * @param reference `oci://localhost:5001/charts/mine`
   * @throws EnvironmentError when helm is not built yet, or when the chart cannot be pulled.
   */
  inspect(reference: string, version: string): Promise<LintedChart>;
  /**
   * Gets a published chart and unpacks it, with the charts that are in it, as `<into>/<name>`.
   * @returns the SHA-256 of its archive, in hex.
   * @throws EnvironmentError with Helm's words when the site is out of reach or has no such chart or version, and when the
   * archive is another one, which is not unpacked. @throws LabDefinitionError when there are links in it.
   */
  pull(chart: PublishedChart, into: string): Promise<string>;
  /**
   * Packs a chart and pushes it over whatever has its name and version there.
   * @param to a folder of a registry without TLS: `oci://localhost:5001/charts`
   * @throws EnvironmentError when helm is not built yet, the chart is not sound, or the registry does not answer.
   * @throws LabDefinitionError when there are links in it: Helm would pack what they lead to.
   */
  publish(chart: ChartFolder, to: string): Promise<void>;
}
