import { z } from "zod";
import type { Container } from "../../kube/objects.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { requireReadyPods } from "./ready-pods.ts";
import { replicas } from "./replicas.ts";

const spec = z.strictObject({
  kind: z.literal("requests"),
  deployment: z.string().min(1),
  replicas: replicas.default({ atLeast: 1 }).describe("Ready pods: the requests have to fit."),
});

const resources = ["cpu", "memory"] as const;

/** What a pod needs, in its own words: read from the running pod, where Kubernetes has filled in what follows. */
export const requests = defineCheck({
  kind: "requests",
  summary: "A Deployment's pods run, and every container has requests and limits for cpu and memory.",
  spec,
  async observe(wanted, context) {
    const found = await requireReadyPods(context, wanted);
    if (!found.ok) return found.findings;
    const containers = found.pods.ready[0]?.spec.containers ?? [];
    return containers.flatMap((container) => judge(wanted.deployment, container, context));
  },
});

function judge(
  deployment: string,
  container: Container,
  { namespace }: CheckContext,
): readonly CheckFinding[] {
  const lacking = (["requests", "limits"] as const).flatMap((part) =>
    resources
      .filter((resource) => parseQuantity(container.resources?.[part]?.[resource]) <= 0)
      .map((resource) => `${part}.${resource}`),
  );
  if (lacking.length === 0) return [];
  const limited = !lacking.some((name) => name.startsWith("limits"));
  const meaning = limited
    ? "the scheduler puts it anywhere, as if it needed nothing"
    : "nothing keeps it from taking what others need";
  return [
    {
      object: `Deployment/${deployment}`,
      path: `spec.template.spec.containers[name=${container.name}].resources`,
      expected: "requests and limits for cpu and memory",
      actual: `no ${lacking.join(", no ")}`,
      message: `Container ${container.name} of Deployment ${deployment} has no ${lacking.join(", no ")}: ${meaning}.`,
      next: `kubectl -n ${namespace} set resources deployment ${deployment} --containers=${container.name} --requests=cpu=…,memory=… --limits=cpu=…,memory=…`,
    },
  ];
}
