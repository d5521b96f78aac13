import { EnvironmentError } from "../errors.ts";
import type { Container, ContainerStatus, Pod } from "../kube/objects.ts";
import type { LookContext } from "./look.ts";

/**
 * The containers of a pod that run the digest which labctl pushed under this reference, whatever their own tag says.
 * @throws EnvironmentError when labctl has pushed no such image.
 */
export function containersOf(
  pod: Pod,
  reference: string,
  { imageDigests }: LookContext,
): readonly Container[] {
  const digest = imageDigests[reference];
  if (digest === undefined) {
    throw new EnvironmentError({
      message: `The lab registry's digest of ${reference} is not known.`,
      hint: "labctl up",
    });
  }
  const running = statusesOf(pod).filter(({ imageID, state }) => state?.running && imageID.endsWith(digest));
  return pod.spec.containers.filter(({ name }) => running.some((status) => status.name === name));
}

export function statusesOf(pod: Pod): readonly ContainerStatus[] {
  return pod.status?.containerStatuses ?? [];
}
