import type { StepContext } from "../steps/step.ts";
import type { Lab } from "../lab/schema.ts";

/** One lab in one namespace of one cluster: what start, check, solve, reset and verify work on. */
export interface LabRun {
  readonly lab: Lab;
  readonly namespace: string;
  readonly context: StepContext;
}

/** Labels of everything that labctl puts into a cluster for a lab; `reset` finds cluster-scoped objects by them. */
export function labLabels(run: Pick<LabRun, "lab" | "namespace">): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/managed-by": "labctl",
    "labctl.dev/lab": run.lab.id,
    "labctl.dev/namespace": run.namespace,
  };
}
