import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { containersOf } from "./running-image.ts";

/** Nothing, when every Ready pod of a Deployment runs an image, by its digest. */
export function runsOtherImages(
  context: CheckContext,
  { deployment, ready }: DeploymentPods,
  image: string,
): readonly CheckFinding[] {
  const { name } = deployment.metadata;
  const others = ready.filter((pod) => containersOf(pod, image, context).length === 0);
  if (others.length === 0) return [];
  const images = others.flatMap(({ spec }) => spec.containers.flatMap((container) => container.image ?? []));
  const actual = [...new Set(images)].join(", ");
  return [
    {
      object: `Deployment/${name}`,
      path: "spec.template.spec.containers[].image",
      expected: `every pod runs ${image}`,
      actual,
      message: `${String(others.length)} of ${String(ready.length)} pods of Deployment ${name} do not run ${image}, by its digest, but ${actual}.`,
      next: `kubectl -n ${context.namespace} get deployment ${name} -o wide`,
    },
  ];
}
