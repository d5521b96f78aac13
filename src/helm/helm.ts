/** The few things that labctl itself asks of Helm; students and solutions run the program. `cli-helm.ts` does them. */
import type { ReleasedChart } from "./release.ts";

/** A chart, unpacked. */
export interface LintedChart extends ReleasedChart {
  /** What `helm lint --strict` says against it; empty where it has nothing to say. */
  readonly complaints: readonly string[];
}

export interface Helm {
  /**
   * Pulls a chart that the registry has, unpacks and lints it; nothing of it stays on this machine.
   * @param reference `oci://localhost:5001/charts/mine`
   * @throws EnvironmentError when helm is not built yet, or when the chart cannot be pulled.
   */
  inspect(reference: string, version: string): Promise<LintedChart>;
}
