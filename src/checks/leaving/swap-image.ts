import type { Workload } from "../../kube/objects.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext } from "../check.ts";
import { awaitRollout, together, type RolledOut } from "../resilience/rollout.ts";

interface Swap {
  /** Its pods run the image `now`. */
  readonly before: DeploymentPods;
  readonly now: string;
  readonly other: string;
}

/** Rolls a Deployment to another image, as `kubectl set image` does, and back again: two updates. */
export async function swapImageAndBack(
  context: CheckContext,
  { before, now, other }: Swap,
): Promise<RolledOut> {
  const { kube, namespace } = context;
  const { name } = before.deployment.metadata;
  const ref = { kind: "Deployment", namespace, name };
  const { containers } = before.deployment.spec.template.spec;
  const patch = (wanted: readonly unknown[]) =>
    kube.patch(ref, { spec: { template: { spec: { containers: wanted } } } });
  context.announce(`updating Deployment ${name} to ${other} under traffic`);
  await patch(containers.map((each) => (each.image === now ? { ...each, image: other } : each)));
  const there = await awaitRollout(context, name, before.live);
  context.announce(`updating Deployment ${name} to ${now} again under traffic`);
  await patch(containers);
  const back = await awaitRollout(context, name, there.pods);
  return together(there, back);
}

/** Whether a template names an image. */
export function names({ spec }: Workload, image: string): boolean {
  return spec.template.spec.containers.some((container) => container.image === image);
}
