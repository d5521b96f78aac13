import type { Node } from "../kube/objects.ts";
import type { LookContext } from "./look.ts";
import { inRegistry } from "./pushed.ts";

/** Whether a node has an image already, or the lab registry holds it; from elsewhere nothing comes into a lab cluster. */
export async function isPullable(reference: string, context: LookContext): Promise<boolean> {
  const { registry, imageDigests, kube } = context;
  if (imageDigests[reference] !== undefined) return true;
  if (registry && isOf(registry.host, reference)) {
    return (await registry.digest(inRegistry(reference))) !== undefined;
  }
  const nodes = await kube.list("Node");
  return nodes.some((node) => namesOf(node).includes(reference));
}

function isOf(host: string, reference: string): boolean {
  return reference.startsWith(`${host}/`);
}

/** At most fifty, the largest first: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function namesOf({ status }: Node): readonly string[] {
  const { images = [] } = (status ?? {}) as {
    readonly images?: readonly { readonly names?: readonly string[] }[];
  };
  return images.flatMap(({ names = [] }) => names);
}
