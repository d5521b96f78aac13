import { EnvironmentError } from "../../src/errors.ts";
import type { Helm, LintedChart } from "../../src/helm/helm.ts";

/** Charts that are in a map; what is not in it cannot be pulled. */
export class FakeHelm implements Helm {
  /** By reference and version: `oci://localhost:5001/charts/mine 0.1.0`. */
  readonly charts = new Map<string, LintedChart>();

  async inspect(reference: string, version: string): Promise<LintedChart> {
    const chart = this.charts.get(`${reference} ${version}`);
    if (chart) return chart;
    throw new EnvironmentError({ message: `helm could not pull ${reference}.`, hint: "labctl status" });
  }
}
