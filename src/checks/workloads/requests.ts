import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Container } from "../../kube/objects.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import type { Spec } from "./requests-spec.ts";

const resources = ["cpu", "memory"] as const;

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireReadyPods(context, wanted);
  if (!found.ok) return found.findings;
  const { ready, deployment } = found.pods;
  const lacking = ready.map(({ spec: { containers } }) =>
    containers.flatMap((container) => judge(wanted.deployment, container, context)),
  );
  const worst = lacking.find((findings) => findings.length > 0);
  return worst ?? resizedByHand(wanted.deployment, { ready, deployment }, context);
}

/** What a pod was resized to while it runs is gone with it: https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/ */
function resizedByHand(
  name: string,
  { ready, deployment }: Pick<DeploymentPods, "ready" | "deployment">,
  { namespace }: LookContext,
): readonly CheckFinding[] {
  const described = deployment.spec.template.spec.containers;
  const resized = ready
    .flatMap(({ spec: { containers } }) => containers)
    .find((container) => {
      const own = described.find((each) => each.name === container.name);
      return own !== undefined && !isSized(container, own);
    });
  if (!resized) return [];
  return [
    {
      object: `Deployment/${name}`,
      path: `spec.template.spec.containers[name=${resized.name}].resources`,
      reason: "pods-have-other-requests",
      expected: "what its pods have",
      actual: "other requests or limits than theirs",
      message: `Container ${resized.name} of Deployment ${name} has other requests or limits in the pod template than in the pods that run: a pod's own size is gone with it.`,
      next: `kubectl -n ${namespace} get deployment ${name} -o yaml`,
    },
  ];
}

/** Whether a container has each amount that its description names; what is left out there, Kubernetes may fill in. */
function isSized(container: Container, described: Container): boolean {
  return (["requests", "limits"] as const).every((part) =>
    resources.every((resource) => {
      const wanted = described.resources?.[part]?.[resource];
      return (
        wanted === undefined ||
        parseQuantity(wanted) === parseQuantity(container.resources?.[part]?.[resource])
      );
    }),
  );
}

function judge(
  deployment: string,
  container: Container,
  { namespace }: LookContext,
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
      reason: "requests-missing",
      expected: "requests and limits for cpu and memory",
      actual: `no ${lacking.join(", no ")}`,
      message: `Container ${container.name} of Deployment ${deployment} has no ${lacking.join(", no ")}: ${meaning}.`,
      next: `kubectl -n ${namespace} set resources deployment ${deployment} --containers=${container.name} --requests=cpu=…,memory=… --limits=cpu=…,memory=…`,
    },
  ];
}
